package org.steadfast.foundation.service;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.micrometer.core.instrument.MeterRegistry;
import java.time.Clock;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CompletionStage;
import org.steadfast.foundation.alert.Alerts;
import org.steadfast.foundation.cluster.ClusterNodes;
import org.steadfast.foundation.exchange.Exporter;
import org.steadfast.foundation.exchange.ExtensionPackages;
import org.steadfast.foundation.exchange.Importer;
import org.steadfast.foundation.logs.ClusterLogs;
import org.steadfast.foundation.model.BuiltIns;
import org.steadfast.foundation.model.EntityRef;
import org.steadfast.foundation.model.EntityType;
import org.steadfast.foundation.model.Members;
import org.steadfast.foundation.model.Model;
import org.steadfast.foundation.model.ModelException;
import org.steadfast.foundation.model.ServiceDefinition;
import org.steadfast.foundation.model.ServiceImplementation;
import org.steadfast.foundation.model.Thing;
import org.steadfast.foundation.property.Properties;
import org.steadfast.foundation.remote.RemoteProperties;
import org.steadfast.foundation.remote.RemoteThings;
import org.steadfast.foundation.repository.FileRepositories;
import org.steadfast.foundation.schedule.ScheduleKind;
import org.steadfast.foundation.security.AuthorizedProperties;
import org.steadfast.foundation.security.Right;
import org.steadfast.foundation.security.Rights;
import org.steadfast.foundation.security.Security;
import org.steadfast.foundation.transfer.FileTransfers;
import org.steadfast.protocol.json.InvalidValueException;
import org.steadfast.protocol.json.ValueJson;
import org.steadfast.protocol.type.BaseType;
import org.steadfast.protocol.type.FieldDefinition;
import org.steadfast.protocol.type.Infotable;
import org.steadfast.protocol.type.Value;

/**
 * Finds whatever does a service, and has it done: the platform itself, a script, or the thing's device. The platform's own services
 * cannot be replaced. Safe for use by several threads.
 */
public final class Services {
    private final ServiceTable table;
    private final Model model;
    private final RemoteThings devices;
    private final Scripts scripts;
    private final Security security;

    Services(ServiceTable table, Model model, RemoteThings devices, Scripts scripts, Security security) {
        this.security = security;
        this.table = table;
        this.model = model;
        this.devices = devices;
        this.scripts = scripts;
    }

    /** Whether an address can have services at all. */
    public boolean knows(String collection, String entity) {
        return table.knows(collection, entity);
    }

    /** Whether the platform itself has a service of that name for an entity. */
    public boolean has(String collection, String entity, String service) {
        return table.find(collection, entity, service).isPresent();
    }

    /** Whether the platform itself has a service of that name for a thing, also for the sake of one of its templates. */
    public boolean has(Thing thing, String service) {
        return has(EntityType.THING.collection(), thing.name(), service)
                || table.find(thing.shape(), service).isPresent();
    }

    /** Whether the platform does a service of a thing, itself or by a script, and not the thing's device. */
    public boolean doesHere(Thing thing, String service) {
        if (has(thing, service)) {
            return true;
        }
        ServiceImplementation implementation =
                thing.shape().members().implementations().get(service);
        return implementation != null && !implementation.handlerName().equals(ServiceImplementation.REMOTE);
    }

    /** What has services under a collection by its own name, such as the parts of {@code Resources}; in the order of names. */
    public Set<String> names(String collection) {
        return table.names(collection);
    }

    /** The services that the platform does for an entity. */
    public Map<String, ServiceDefinition> builtIn(String collection, String entity) throws ModelException {
        Map<String, ServiceDefinition> all = new LinkedHashMap<>(table.definitions(collection, entity));
        if (collection.equals(EntityType.THING.collection())) {
            model.things().find(entity).ifPresent(thing -> all.putAll(table.definitions(thing.shape())));
        }
        return all;
    }

    /** All services that the platform does itself. */
    public List<CatalogueEntry> catalogue() {
        return table.all();
    }

    /**
     * Does a service.
     *
     * @param collection where the entity stands, such as {@code Things} or {@code Resources}
     * @return the result; fails with a {@link ServiceException} or with what the service's work failed with
     */
    public CompletionStage<ServiceResult> invoke(String collection, ServiceRequest request) throws Exception {
        Optional<BuiltInService> builtIn = table.find(collection, request.entity(), request.service());
        if (builtIn.isPresent()) {
            return invoke(collection, builtIn.get(), request);
        }
        if (!collection.equals(EntityType.THING.collection())) {
            throw noSuchService(collection, request);
        }
        Thing thing = model.things().require(request.entity());
        Optional<BuiltInService> ofTemplate = table.find(thing.shape(), request.service());
        return ofTemplate.isPresent() ? invoke(collection, ofTemplate.get(), request) : invoke(thing, request);
    }

    private CompletionStage<ServiceResult> invoke(String collection, BuiltInService service, ServiceRequest request)
            throws Exception {
        if (service.changes()) {
            requireChanges(collection, request);
        }
        require(service.need(), collection, request);
        CompletionStage<ServiceResult> result = service.handler().invoke(request);
        return service.need() == BuiltInService.Need.UPDATE
                ? result.whenComplete((done, failure) -> audit(collection, request, failure))
                : result;
    }

    private CompletionStage<ServiceResult> invoke(Thing thing, ServiceRequest request) throws Exception {
        requireInvoke(security.authority().of(request.principal(), thing), request);
        Members members = thing.shape().members();
        ServiceDefinition definition = members.services().get(request.service());
        ServiceImplementation implementation = members.implementations().get(request.service());
        // What scripts and devices do with a call is not known beforehand.
        requireChanges(EntityType.THING.collection(), request);
        if (definition != null && implementation == null) {
            throw new ServiceException(
                    ServiceException.Kind.FAILED,
                    unable(request) + "No service handler defined for service " + request.service() + " on thing ["
                            + thing.name() + "]");
        }
        if (implementation != null && implementation.handlerName().equals(ServiceImplementation.SCRIPT)) {
            requireEnabled(thing, request);
            ServiceDefinition known = definition == null ? undefined(request.service()) : definition;
            return scripts.invoke(thing, known, implementation, request).thenApply(ServiceResult::of);
        }
        if (implementation != null && !implementation.handlerName().equals(ServiceImplementation.REMOTE)) {
            throw new ServiceException(
                    ServiceException.Kind.NOT_IMPLEMENTED,
                    unable(request) + "the handler " + implementation.handlerName() + " is not implemented");
        }
        boolean known = table.isOfReferenceThings(request.service());
        if (implementation == null && (known || !thing.isRemote())) {
            throw known ? notImplemented(request) : noSuchService(EntityType.THING.collection(), request);
        }
        String name = implementation == null ? request.service() : implementation.sourceName();
        return devices.invoke(thing, name, forDevice(definition, request.parameters()))
                .thenApply(answer -> ServiceResult.of(
                        answer.map(content -> fromDevice(definition, content)).orElse(Value.NOTHING)));
    }

    /** What the platform does itself. Of what is no entity, the services ask for rights themselves. */
    private void require(BuiltInService.Need need, String collection, ServiceRequest request) throws ModelException {
        if (need == BuiltInService.Need.ADMINISTRATE) {
            security.authority().requireAdministrator(request.principal(), request.service(), request.entity());
        }
        Optional<EntityType> type = EntityType.ofCollection(collection);
        if (type.isEmpty() || need == BuiltInService.Need.NOTHING || need == BuiltInService.Need.ADMINISTRATE) {
            return;
        }
        Rights rights = security.authority().of(request.principal(), new EntityRef(type.get(), request.entity()));
        requireInvoke(rights, request);
        if (need == BuiltInService.Need.UPDATE || need == BuiltInService.Need.UPDATE_PERMISSIONS) {
            rights.require(Right.UPDATE);
        }
    }

    private static void requireInvoke(Rights rights, ServiceRequest request) throws ModelException {
        rights.requireVisible().require(Right.SERVICE_INVOKE, request.service());
    }

    private void audit(String collection, ServiceRequest request, Throwable failure) {
        Optional<EntityType> type = EntityType.ofCollection(collection);
        if (failure == null && type.isPresent()) {
            security.audit()
                    .record(
                            request.principal(),
                            "EntityUpdate",
                            new EntityRef(type.get(), request.entity()),
                            "by " + request.service());
        }
    }

    private static ServiceDefinition undefined(String name) {
        return new ServiceDefinition(name, "", "", Map.of(), new FieldDefinition("result", BaseType.VARIANT), Map.of());
    }

    private static void requireChanges(String collection, ServiceRequest request) throws ServiceException {
        if (request.principal().readOnly()) {
            throw new ServiceException(
                    ServiceException.Kind.NOT_ALLOWED,
                    "Not authorized for ServiceInvoke on " + request.service() + " in " + collection + "/"
                            + request.entity() + ": the application key may only read");
        }
    }

    private static void requireEnabled(Thing thing, ServiceRequest request) throws ServiceException {
        if (!thing.enabled()) {
            throw new ServiceException(
                    ServiceException.Kind.FAILED,
                    unable(request) + "the thing is not enabled; the service EnableThing enables it");
        }
    }

    private static String unable(ServiceRequest request) {
        return "Unable to Invoke Service " + request.service() + " on " + request.entity() + " : ";
    }

    private static ServiceException notImplemented(ServiceRequest request) {
        return new ServiceException(
                ServiceException.Kind.NOT_IMPLEMENTED, unable(request) + "it is not implemented by this platform");
    }

    private static ServiceException noSuchService(String collection, ServiceRequest request) {
        String kind =
                EntityType.ofCollection(collection).map(EntityType::singular).orElse(collection);
        return new ServiceException(
                ServiceException.Kind.NOT_FOUND,
                "Service [" + request.service() + "] Does Not Exist On " + kind + " [" + request.entity() + "]");
    }

    /** The result as the definition says; what devices give besides it comes as it is. */
    private static Value fromDevice(ServiceDefinition definition, Infotable content) {
        boolean isSingle = definition != null
                && definition.result().baseType() != BaseType.INFOTABLE
                && content.rows().size() == 1
                && content.fields().size() == 1;
        return isSingle ? content.cell(0, 0) : new Value.Table(content);
    }

    /** Types follow from the definition, or from the JSON that was sent: the device knows what its parameters are. */
    private static Infotable forDevice(ServiceDefinition definition, ObjectNode sent) throws ServiceException {
        Map<String, FieldDefinition> known = definition == null ? Map.of() : definition.parameters();
        Map<String, FieldDefinition> fields = new LinkedHashMap<>();
        List<Value> row = new ArrayList<>();
        for (Map.Entry<String, JsonNode> entry : sent.properties()) {
            if (!entry.getValue().isNull()) {
                FieldDefinition field = known.containsKey(entry.getKey())
                        ? known.get(entry.getKey())
                        : new FieldDefinition(entry.getKey(), typeOf(entry.getValue()));
                fields.put(entry.getKey(), field);
                try {
                    row.add(ValueJson.read(entry.getValue(), field.baseType()));
                } catch (InvalidValueException e) {
                    throw new ServiceException(
                            ServiceException.Kind.INVALID, "parameter " + entry.getKey() + ": " + e.getMessage(), e);
                }
            }
        }
        return new Infotable(List.copyOf(fields.values()), List.of(row));
    }

    private static BaseType typeOf(JsonNode node) {
        if (node.isTextual()) {
            return BaseType.STRING;
        }
        if (node.isBoolean()) {
            return BaseType.BOOLEAN;
        }
        if (node.isNumber()) {
            return BaseType.NUMBER;
        }
        return node.has("dataShape") && node.has("rows") ? BaseType.INFOTABLE : BaseType.JSON;
    }

    /**
     * What services work with.
     *
     * @param properties as shared state has them
     * @param seen properties as users see them, those of devices included
     * @param mostBodyBytes that a request or an answer has
     */
    public record Parts(
            Model model,
            Properties properties,
            RemoteProperties seen,
            RemoteThings devices,
            Scripts scripts,
            Alerts alerts,
            DataStores stores,
            Importer importer,
            Exporter exporter,
            ExtensionPackages packages,
            Security security,
            ClusterNodes nodes,
            FileRepositories repositories,
            FileTransfers transfers,
            ClusterLogs logs,
            int mostBodyBytes,
            MeterRegistry registry,
            Clock clock) {}

    /** Puts the platform's own services together. */
    public static Services create(Parts parts) {
        Model model = parts.model();
        Security security = parts.security();
        Clock clock = parts.clock();
        ServiceTable.Builder builder = new ServiceTable.Builder();
        EntityBasics basics = new EntityBasics(model, security.entities());
        ConfigurationTables tables = new ConfigurationTables(model);
        ChangeServices changes = new ChangeServices(model, security.entities(), security.audit());
        PictureServices pictures = new PictureServices(model);
        PermissionServices permissions = new PermissionServices(model, security);
        MembershipServices memberships = new MembershipServices(model, security);
        AuthorizedProperties authorized = new AuthorizedProperties(parts.seen(), security.authority());
        PropertyRights propertyRights = new PropertyRights(security.authority());
        for (EntityType type : EntityType.values()) {
            builder.add(type.collection(), basics.services(type))
                    .add(type.collection(), tables.services(type))
                    .add(type.collection(), changes.services(type))
                    .add(type.collection(), pictures.services(type))
                    .add(type.collection(), permissions.services(type));
        }
        MemberServices members = new MemberServices(model);
        DefinitionServices definitions = new DefinitionServices(model, builder::build);
        PropertyAspects aspects = new PropertyAspects(model);
        RemoteBindingServices bindings = new RemoteBindingServices(aspects);
        for (EntityType type : List.of(EntityType.THING, EntityType.THING_TEMPLATE, EntityType.THING_SHAPE)) {
            builder.add(type.collection(), members.services(type))
                    .add(type.collection(), definitions.services(type))
                    .add(type.collection(), bindings.services(type));
        }
        builder.add(EntityType.THING.collection(), new ThingServices(model, parts.devices()).services())
                .add(
                        EntityType.THING.collection(),
                        new PropertyServices(model, parts.properties(), propertyRights, authorized, clock).services())
                .add(
                        EntityType.THING.collection(),
                        new AlertServices(model, parts.alerts(), propertyRights, clock).services())
                .add(
                        EntityType.THING.collection(),
                        new HistoryServices(model, parts.stores().history(), propertyRights, clock).services())
                .add(EntityType.THING.collection(), new LoggingServices(model, aspects).services())
                .add(
                        ServiceTable.thingsOf(BuiltIns.DATA_TABLE),
                        new DataTableServices(model, parts.stores().dataTables(), clock).services())
                .add(
                        ServiceTable.thingsOf(BuiltIns.STREAM),
                        new StreamServices(model, parts.stores().streams(), clock).services())
                .add(
                        ServiceTable.thingsOf(BuiltIns.FILE_REPOSITORY),
                        new FileRepositoryServices(parts.repositories(), parts.mostBodyBytes()).services())
                .add(EntityType.DATA_SHAPE.collection(), new DataShapeServices(model).services())
                .add("Resources/EntityServices", new EntityServices(model, security.entities()).services())
                .add("Resources/EntityServices", new PrincipalCreation(model, security).services())
                .add("Resources/SearchFunctions", new SearchFunctions(security.entities()).services())
                .add("Resources/ScriptServices", new ScriptServices(parts.scripts()).services())
                .add("Resources/InfoTableFunctions", new InfotableFunctions().services())
                .add("Resources/InfoTableFunctions", new InfotableCreation(model, security.entities()).services())
                .add("Resources/CurrentSessionInfo", new SessionServices(security.memberships()).services())
                .add(
                        "Resources/SourceControlFunctions",
                        new SourceControlFunctions(parts.exporter(), parts.importer(), parts.repositories()).services())
                .add("Subsystems/PlatformSubsystem", new ExtensionPackageServices(parts.packages()).services())
                .add("Subsystems/AuditSubsystem", new AuditServices(security.audit()).services())
                .add(EntityType.USER.collection(), new UserServices(model, security).services())
                .add(EntityType.GROUP.collection(), memberships.services(EntityType.GROUP))
                .add(EntityType.ORGANIZATION.collection(), memberships.services(EntityType.ORGANIZATION))
                .add(EntityType.ORGANIZATION.collection(), new OrganizationServices(model, security).services());
        ScheduleServices schedules = new ScheduleServices(
                model, parts.stores().schedules(), parts.stores().scheduleRuns(), security.authority());
        for (ScheduleKind kind : ScheduleKind.values()) {
            builder.add(ServiceTable.thingsOf(kind.template()), schedules.services(kind));
        }
        builder.add(
                "Subsystems/" + FileTransferServices.SUBSYSTEM,
                new FileTransferServices(parts.transfers(), model, security.authority()).services());
        builder.add("Subsystems/ClusteringSubsystem", new ClusteringServices(parts.nodes()).services());
        SubsystemServices subsystems = new SubsystemServices(parts.registry());
        for (String subsystem : SubsystemServices.names()) {
            builder.add("Subsystems/" + subsystem, subsystems.services(subsystem));
        }
        LogServices logs = new LogServices(parts.logs());
        for (String name : LogServices.names()) {
            builder.add("Logs/" + name, logs.services(name));
        }
        ImplementingThings implementing = new ImplementingThings(
                model,
                security.entities(),
                security.authority(),
                new ThingRows(model, parts.properties(), parts.seen(), security.authority()));
        builder.add(EntityType.THING_TEMPLATE.collection(), implementing.services(EntityType.THING_TEMPLATE))
                .add(EntityType.THING_SHAPE.collection(), implementing.services(EntityType.THING_SHAPE));
        return new Services(builder.build(), model, parts.devices(), parts.scripts(), security);
    }
}
