package org.steadfast.foundation.security;

import static org.assertj.core.api.Assertions.assertThat;
import static org.steadfast.foundation.security.Client.failed;
import static org.steadfast.foundation.security.Client.ok;
import static org.steadfast.foundation.security.Client.rows;

import com.fasterxml.jackson.databind.JsonNode;
import java.net.http.HttpResponse;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.steadfast.foundation.RunningNode;
import org.steadfast.protocol.json.Json;

/** What users may do with entities, by permissions at all levels, through the REST API of a running node. */
@ExtendWith(RunningNode.Extension.class)
class PermissionsTest {
    private static final AtomicInteger NUMBERS = new AtomicInteger();

    private static RunningNode node;
    private static Client administrator;

    /** Names of one test are no other's. */
    private final String n = "perm" + NUMBERS.incrementAndGet() + "x";

    private Client client;

    @BeforeAll
    static void use(RunningNode running) {
        node = running;
        administrator = Client.administrator(running);
    }

    /** A user in a group in a group, seen by an organization that sees the thing; and the thing, from a template from a template. */
    @BeforeEach
    void create() throws Exception {
        ok(administrator.put("Users", "{'name':'" + n + "U'}"));
        ok(administrator.put("Groups", "{'name':'" + n + "G'}"));
        ok(administrator.put("Groups", "{'name':'" + n + "GG'}"));
        ok(administrator.put("Organizations", "{'name':'" + n + "O'}"));
        ok(administrator.call("Groups/" + n + "G", "AddMember", "{'member':'" + n + "U','type':'User'}"));
        ok(administrator.call("Groups/" + n + "GG", "AddMember", "{'member':'" + n + "G','type':'Group'}"));
        ok(administrator.call("Organizations/" + n + "O", "AddMember", "{'member':'" + n + "GG','type':'Group'}"));
        ok(administrator.put("ThingShapes", "{'name':'" + n + "S'}"));
        ok(administrator.put("ThingTemplates", "{'name':'" + n + "B','implementedShapes':['" + n + "S']}"));
        ok(administrator.put("ThingTemplates", "{'name':'" + n + "T','baseThingTemplate':'" + n + "B'}"));
        ok(administrator.put(
                "Things",
                "{'name':'" + n + "','thingTemplate':'" + n + "T','thingShape':{'propertyDefinitions':{"
                        + "'p':{'baseType':'NUMBER'},'q':{'baseType':'NUMBER'}}}}"));
        client = Client.withKey(
                node,
                administrator
                        .result(
                                "Resources/EntityServices",
                                "CreateApplicationKey",
                                "{'name':'" + n + "K','userNameReference':'" + n + "U'}")
                        .asText());
    }

    private void makeVisible() throws Exception {
        ok(administrator.call(
                "Things/" + n, "AddVisibilityPermission", "{'principal':'" + n + "O','principalType':'Organization'}"));
    }

    @Test
    void whatAThingIsAndWhoComesInAreNotChangedByInvokingServices() throws Exception {
        makeVisible();
        ok(administrator.call(
                "Things/" + n,
                "AddRunTimePermission",
                "{'type':'ServiceInvoke','resource':'*','principal':'" + n
                        + "U','principalType':'User','allow':true}"));
        for (String service : List.of("DisableThing", "EnableThing")) {
            failed(client.call("Things/" + n, service, ""), 403, "Update");
        }
        ok(administrator.call(
                "Things/" + n,
                "AddDesignTimePermission",
                "{'type':'Update','principal':'" + n + "U','principalType':'User','allow':true}"));
        for (String service : List.of("DisableThing", "EnableThing")) {
            ok(client.call("Things/" + n, service, ""));
        }

        String other = "Users/" + n + "V";
        ok(administrator.put("Users", "{'name':'" + n + "V'}"));
        ok(administrator.call(
                other, "AddVisibilityPermission", "{'principal':'" + n + "O','principalType':'Organization'}"));
        ok(administrator.call(
                other,
                "AddDesignTimePermission",
                "{'type':'Update','principal':'" + n + "U','principalType':'User','allow':true}"));
        ok(client.put(other, "{'description':'changed'}"));
        failed(client.put(other, "{'enabled':false}"), 403, "field enabled");
        ok(administrator.put(other, "{'enabled':false}"));
        failed(client.put(other, "{'enabled':true}"), 403, "field enabled");
    }

    /**
     * A permission is written as where it stands (E the thing, T its template, B the base, S the shape, C the collection), + or -,
     * to whom (U, G, GG), and the member.
     */
    @ParameterizedTest
    @CsvSource({
        "'',                          false",
        "'E+U*',                      true",
        "'E+G*',                      true",
        "'E+GG*',                     true",
        "'E+Up',                      true",
        "'E+Uq',                      false",
        "'T+G*',                      true",
        "'B+G*',                      true",
        "'S+G*',                      true",
        "'C+G*',                      true",
        "'E-U* C+G*',                 false",
        "'E+U* E-GG*',                false",
        "'E+U* E-Gp',                 false",
        "'E-U* E+Gp',                 true",
        "'E+Gp E-Up',                 false",
        "'E-Up T+U*',                 false",
        "'E+Gp T-U*',                 true",
        "'E+Gq T-U*',                 false",
        "'T+U* S-G*',                 false",
        "'S-Up C+U*',                 false",
        "'T+Up C-U*',                 true",
        "'C+U* C-Gp',                 false",
    })
    void theFirstLevelThatSaysAnythingDecides(String permissions, boolean allowed) throws Exception {
        makeVisible();
        List<String> collection = new ArrayList<>();
        try {
            for (String type : List.of("PropertyRead", "PropertyWrite")) {
                for (String permission : permissions.split(" ", -1)) {
                    if (!permission.isEmpty()) {
                        add(type, permission, collection);
                    }
                }
            }

            assertThat(client.get("Things/" + n + "/Properties/p").statusCode()).isEqualTo(allowed ? 200 : 403);
            assertThat(client.put("Things/" + n + "/Properties/p", "5").statusCode())
                    .isEqualTo(allowed ? 200 : 403);
            assertThat(client.result("Things/" + n, "CheckPermission", "{'type':'PropertyRead','name':'p'}")
                            .asBoolean())
                    .isEqualTo(allowed);
            JsonNode all = rows(client.get("Things/" + n + "/Properties")).path(0);
            assertThat(all.has("p")).isEqualTo(allowed);
        } finally {
            for (String added : collection) {
                ok(administrator.call("Things/*", "DeleteRunTimePermission", added));
            }
        }
    }

    private void add(String type, String permission, List<String> collection) throws Exception {
        int sign = Math.max(permission.indexOf('+'), permission.indexOf('-'));
        String member = permission.substring(permission.length() - 1);
        String principal = permission.substring(sign + 1, permission.length() - 1);
        String parameters = "{'type':'" + type + "','resource':'" + member + "','principal':'" + n + principal
                + "','principalType':'" + (principal.equals("U") ? "User" : "Group") + "','allow':"
                + (permission.charAt(sign) == '+') + "}";
        switch (permission.charAt(0)) {
            case 'E' -> ok(administrator.call("Things/" + n, "AddRunTimePermission", parameters));
            case 'T' -> ok(administrator.call("ThingTemplates/" + n + "T", "AddInstanceRunTimePermission", parameters));
            case 'B' -> ok(administrator.call("ThingTemplates/" + n + "B", "AddInstanceRunTimePermission", parameters));
            case 'S' -> ok(administrator.call("ThingShapes/" + n + "S", "AddInstanceRunTimePermission", parameters));
            default -> {
                ok(administrator.call("Things/*", "AddRunTimePermission", parameters));
                collection.add(parameters);
            }
        }
    }

    @Test
    void eachRunTimeRightIsOneOfItsOwnAndSaysWhatIsMissing() throws Exception {
        makeVisible();
        failed(client.get("Things/" + n + "/Properties/p"), 403, "Not authorized for PropertyRead on p in " + n);
        failed(
                client.put("Things/" + n + "/Properties/*", "{'p':1}"),
                403,
                "Not authorized for PropertyWrite on p in " + n);
        failed(
                client.call("Things/" + n, "GetPropertyValues", ""),
                403,
                "Not authorized for ServiceInvoke on GetPropertyValues in " + n);

        allow("ServiceInvoke", "*");
        assertThat(rows(client.call("Things/" + n, "GetPropertyValues", "")).path(0))
                .isEmpty();
        failed(
                client.call("Things/" + n, "SetPropertyValues", "{'values':{'rows':[{'p':1}]}}"),
                403,
                "Not authorized for PropertyWrite on p in " + n);
        failed(
                client.call("Things/" + n, "GetNumberPropertyValue", "{'propertyName':'p'}"),
                403,
                "Not authorized for PropertyRead on p in " + n);
        failed(client.call("Things/" + n, "GetNamedProperties", "{'propertyNames':['p']}"), 403, "PropertyRead");
        failed(client.call("Things/" + n, "GetPropertyTime", "{'propertyName':'p'}"), 403, "PropertyRead");
        failed(
                client.call("Things/" + n, "SetDescription", "{'description':'x'}"),
                403,
                "Not authorized for Update on " + n);
        failed(
                client.call("Things/" + n, "AddPropertyDefinition", "{'name':'r','type':'NUMBER'}"),
                403,
                "Not authorized for Update on " + n);
        failed(
                client.call(
                        "Things/" + n,
                        "AddRunTimePermission",
                        "{'type':'PropertyRead','resource':'*','principal':'" + n
                                + "U','principalType':'User','allow':true}"),
                403,
                "Not authorized for Update on " + n);

        allow("PropertyWrite", "p");
        ok(client.call("Things/" + n, "SetPropertyValues", "{'values':{'rows':[{'p':1}]}}"));
        failed(client.put("Things/" + n + "/Properties/*", "{'p':2,'q':2}"), 403, "PropertyWrite on q");
    }

    private void allow(String type, String resource) throws Exception {
        ok(administrator.call(
                "Things/" + n,
                "AddRunTimePermission",
                "{'type':'" + type + "','resource':'" + resource + "','principal':'" + n
                        + "G','principalType':'Group','allow':true}"));
    }

    @ParameterizedTest
    @CsvSource({"Read", "Update", "Delete", "Metadata"})
    void eachDesignTimeRightIsOneOfItsOwn(String right) throws Exception {
        makeVisible();
        for (int i = 0; i < 2; i++) {
            assertThat(client.get("Things/" + n).statusCode()).isEqualTo(i == 1 && right.equals("Read") ? 200 : 403);
            assertThat(client.get("Things/" + n + "/Metadata").statusCode())
                    .isEqualTo(i == 1 && (right.equals("Read") || right.equals("Metadata")) ? 200 : 403);
            assertThat(client.put("Things/" + n, "{'description':'by the user'}")
                            .statusCode())
                    .isEqualTo(i == 1 && right.equals("Update") ? 200 : 403);
            assertThat(client.delete("Things/" + n).statusCode())
                    .isEqualTo(i == 1 && right.equals("Delete") ? 200 : 403);
            if (i == 0) {
                ok(administrator.call(
                        "ThingTemplates/" + n + "T",
                        "AddInstanceDesignTimePermission",
                        "{'type':'" + right + "','principal':'" + n + "G','principalType':'Group','allow':true}"));
            }
        }
    }

    @ParameterizedTest
    @CsvSource({"Things/%s", "ThingTemplates/%sT", "ThingTemplates/%sB", "ThingShapes/%sS", "Things/*"})
    void whatIsVisibleIsListedAndFoundAndWhatIsNotLooksAbsent(String where) throws Exception {
        allow("PropertyRead", "*");
        allow("ServiceInvoke", "*");
        assertUnseen();

        String service = where.startsWith("Things/") ? "AddVisibilityPermission" : "AddInstanceVisibilityPermission";
        String parameters = "{'principal':'" + n + "O','principalType':'Organization'}";
        ok(administrator.call(where.formatted(n), service, parameters));

        assertThat(listed("Things?nameMask=" + n + "*")).containsExactly(n);
        ok(client.get("Things/" + n + "/Properties/p"));
        assertThat(found("Resources/EntityServices", "GetEntityList", "{'type':'Thing','nameMask':'" + n + "'}"))
                .containsExactly(n);
        assertThat(found("Resources/SearchFunctions", "SpotlightSearch", "{'searchExpression':'" + n + "'}"))
                .containsExactly(n);

        ok(administrator.call(where.formatted(n), service.replace("Add", "Delete"), parameters));
        assertUnseen();
    }

    private void assertUnseen() throws Exception {
        String absent = "Entity Not Found : [" + n + "]";
        failed(client.get("Things/" + n), 404, absent);
        failed(client.get("Things/" + n + "/Properties/p"), 404, absent);
        failed(client.put("Things/" + n + "/Properties/p", "1"), 404, absent);
        failed(client.put("Things/" + n + "/Properties/unknown", "1"), 404, absent);
        failed(client.put("Things/" + n + "/Properties/p", "{'p':'no number'}"), 404, absent);
        failed(client.get("Things/" + n + "/Properties/unknown"), 404, absent);
        failed(client.put("Things/" + n, "{}"), 404, absent);
        failed(client.delete("Things/" + n), 404, absent);
        failed(client.get("Things/" + n + "/Metadata"), 404, absent);
        failed(client.call("Things/" + n, "GetPropertyValues", ""), 404, absent);
        failed(client.call("Things/" + n, "Whatever", ""), 404, absent);
        failed(client.call("Things/" + n, "CheckPermission", "{'type':'PropertyRead'}"), 404, absent);
        failed(client.call("Resources/EntityServices", "DeleteThing", "{'name':'" + n + "'}"), 404, absent);
        failed(
                client.call(
                        "Resources/EntityServices",
                        "ReadEntityDefinitionAsJSON",
                        "{'type':'Things','name':'" + n + "'}"),
                404,
                absent);
        assertThat(listed("Things?nameMask=" + n + "*")).isEmpty();
        assertThat(listed("ThingTemplates")).isEmpty();
        assertThat(found("Resources/SearchFunctions", "SpotlightSearch", "{'searchExpression':'" + n + "'}"))
                .isEmpty();
    }

    private List<String> listed(String address) throws Exception {
        return names(rows(client.get(address)));
    }

    private List<String> found(String entity, String service, String parameters) throws Exception {
        return names(rows(client.call(entity, service, parameters)));
    }

    private static List<String> names(JsonNode rows) {
        List<String> names = new ArrayList<>();
        rows.forEach(row -> names.add(row.path("name").asText()));
        return names;
    }

    @Test
    void whoMakesAnEntityMayChangeAndDeleteIt() throws Exception {
        failed(client.put("Things", "{'name':'" + n + "own'}"), 403, "Not authorized for Create on Things");
        String create = "{'type':'Create','principal':'" + n + "G','principalType':'Group','allow':true}";
        ok(administrator.call("Things/*", "AddDesignTimePermission", create));
        try {
            ok(client.put("Things", "{'name':'" + n + "own'}"));
            ok(client.get("Things/" + n + "own"));
            ok(client.put("Things/" + n + "own", "{'description':'mine'}"));
            assertThat(listed("Things?nameMask=" + n + "*")).containsExactly(n + "own");
            ok(client.delete("Things/" + n + "own"));
        } finally {
            ok(administrator.call("Things/*", "DeleteDesignTimePermission", create));
        }
    }

    @Test
    void permissionsAreShownAndSetAsJson() throws Exception {
        String runTime = "{'permissions':[{'resourceName':'*','PropertyRead':[{'isPermitted':true,'name':'" + n
                + "G','type':'Group'}],'PropertyWrite':[],'ServiceInvoke':[{'isPermitted':false,'name':'" + n
                + "U','type':'User'}],'EventInvoke':[],'EventSubscribe':[]}]}";
        assertSet("Things/" + n, "RunTime", runTime);
        assertSet("ThingTemplates/" + n + "T", "InstanceRunTime", runTime);
        assertSet(
                "ThingShapes/" + n + "S",
                "DesignTime",
                "{'Create':[],'Read':[{'isPermitted':true,'name':'" + n
                        + "G','type':'Group'}],'Update':[],'Delete':[],'Metadata':[]}");
        assertSet(
                "Things/" + n,
                "Visibility",
                "{'Visibility':[{'isPermitted':true,'name':'" + n + "O','type':'Organization'}]}");
        assertThat(ok(administrator.call("ThingTemplates/" + n + "T", "GetRunTimePermissionsAsJSON", "")))
                .isEqualTo(Json.read("{\"permissions\":[]}"));

        ok(administrator.call("Things/" + n, "SetRunTimePermissionsAsJSON", "{'permissions':{'permissions':[]}}"));
        assertThat(ok(administrator.call("Things/" + n, "GetRunTimePermissionsAsJSON", "")))
                .as("the set is replaced")
                .isEqualTo(Json.read("{\"permissions\":[]}"));
        assertThat(ok(administrator.call("Things/" + n, "GetVisibilityPermissionsAsJSON", ""))
                        .at("/Visibility/0/name")
                        .asText())
                .as("other kinds stay")
                .isEqualTo(n + "O");
        for (String bad : List.of(
                "{'Visibility':[{'name':'" + n + "G','type':'Group'}]}",
                "{'Visibility':[{'name':'nobody','type':'Organization'}]}",
                "{'Sight':[]}")) {
            assertThat(administrator
                            .call("Things/" + n, "SetVisibilityPermissionsAsJSON", "{'permissions':" + bad + "}")
                            .statusCode())
                    .as(bad)
                    .isBetween(400, 404);
        }
    }

    private static void assertSet(String entity, String kind, String permissions) throws Exception {
        JsonNode parameters = Json.read("{}");
        String json = permissions.replace('\'', '"');
        ((com.fasterxml.jackson.databind.node.ObjectNode) parameters).put("permissions", json);
        ok(administrator.call(entity, "Set" + kind + "PermissionsAsJSON", parameters.toString()));
        assertThat(ok(administrator.call(entity, "Get" + kind + "PermissionsAsJSON", "")))
                .isEqualTo(Json.read(json));
    }

    @Test
    void permissionsAreShownAsTables() throws Exception {
        makeVisible();
        allow("PropertyRead", "p");
        ok(administrator.call(
                "ThingTemplates/" + n + "T",
                "AddInstanceRunTimePermission",
                "{'type':'ServiceInvoke','resource':'*','principal':'" + n
                        + "U','principalType':'User','allow':false}"));

        assertRows(
                "Things/" + n,
                "RunTime",
                "[{'type':'PropertyRead','resource':'p','principal':'" + n
                        + "G','principalType':'Group','isPermitted':true}]");
        assertRows(
                "Things/" + n,
                "Visibility",
                "[{'type':'Visibility','resource':'*','principal':'" + n
                        + "O','principalType':'Organization','isPermitted':true}]");
        assertRows("Things/" + n, "DesignTime", "[]");
        assertRows("ThingTemplates/" + n + "T", "RunTime", "[]");
        assertRows(
                "ThingTemplates/" + n + "T",
                "InstanceRunTime",
                "[{'type':'ServiceInvoke','resource':'*','principal':'" + n
                        + "U','principalType':'User','isPermitted':false}]");
        failed(client.call("Things/" + n, "GetRunTimePermissions", ""), 403, "ServiceInvoke");
        failed(
                administrator.call(
                        "Things/" + n,
                        "AddRunTimePermission",
                        "{'type':'PropertyRead','resource':'a/b','principal':'" + n + "G','principalType':'Group'}"),
                400,
                "parameter resource");
    }

    private static void assertRows(String entity, String set, String rows) throws Exception {
        assertThat(rows(administrator.call(entity, "Get" + set + "Permissions", "")))
                .isEqualTo(Json.read(rows.replace('\'', '"')));
    }

    @Test
    void rightsAreToldOfUsersAndOfGroups() throws Exception {
        makeVisible();
        allow("PropertyRead", "p");
        ok(administrator.call(
                "ThingShapes/" + n + "S",
                "AddInstanceDesignTimePermission",
                "{'type':'Read','principal':'" + n + "GG','principalType':'Group','allow':true}"));

        for (String of : List.of("ForUser", "ForGroup")) {
            String who = of.equals("ForUser") ? "'user':'" + n + "U'" : "'group':'" + n + "G'";
            assertThat(checked("CheckPermission" + of, "{" + who + ",'type':'PropertyRead','name':'p'}"))
                    .isTrue();
            assertThat(checked("CheckPermission" + of, "{" + who + ",'type':'PropertyRead','name':'q'}"))
                    .isFalse();
            assertThat(checked("CheckDesignTimePermission" + of, "{" + who + ",'type':'Read'}"))
                    .isTrue();
            assertThat(checked("CheckDesignTimePermission" + of, "{" + who + ",'type':'Update'}"))
                    .isFalse();
            failed(client.call("Things/" + n, "CheckPermission" + of, "{" + who + "}"), 403, "administrators");
            failed(client.call("Things/" + n, "GetPermissions" + of, "{" + who + "}"), 403, "administrators");
            assertThat(permitted(administrator, "GetPermissions" + of, "{" + who + ",'name':'p'}"))
                    .containsExactly("PropertyRead p", "Read *");
        }
        assertThat(checked("CheckPermissionForGroup", "{'group':'" + n + "GG','type':'PropertyRead','name':'p'}"))
                .as("what is said of a group is not said of the groups that it belongs to")
                .isFalse();
        assertThat(checked("CheckPermissionForGroup", "{'group':'Administrators','type':'PropertyWrite'}"))
                .isTrue();
        failed(
                administrator.call(
                        "Things/" + n, "CheckPermissionForGroup", "{'group':'nobody','type':'PropertyRead'}"),
                404,
                "[nobody]");
        assertThat(permitted(client, "GetPermissionsForCurrentUser", "{'name':'p'}"))
                .containsExactly("PropertyRead p", "Read *");
        assertThat(permitted(client, "GetPermissionsForCurrentUser", "{'permissionName':'PropertyRead'}"))
                .isEmpty();
        assertThat(rows(client.call("Things/" + n, "GetPermissionsForCurrentUser", "{'permissionName':'Read'}")))
                .hasSize(1);
        failed(client.call("Things/" + n, "GetPermissionsForCurrentUser", "{'permissionName':'Sight'}"), 400, "Sight");
    }

    private boolean checked(String service, String parameters) throws Exception {
        return administrator.result("Things/" + n, service, parameters).asBoolean();
    }

    private List<String> permitted(Client who, String service, String parameters) throws Exception {
        List<String> permitted = new ArrayList<>();
        rows(who.call("Things/" + n, service, parameters)).forEach(row -> {
            if (row.path("isPermitted").asBoolean()) {
                permitted.add(row.path("permissionName").asText() + " "
                        + row.path("name").asText());
            }
        });
        return permitted;
    }

    @Test
    void anOwnerIsToldAndHasNoRights() throws Exception {
        makeVisible();
        assertThat(administrator.result("Things/" + n, "GetOwner", "").asText()).isEmpty();
        failed(administrator.call("Things/" + n, "SetOwner", "{'name':'nobody'}"), 404, "[nobody]");

        ok(administrator.call("Things/" + n, "SetOwner", "{'name':'" + n + "U'}"));

        assertThat(administrator.result("Things/" + n, "GetOwner", "").asText()).isEqualTo(n + "U");
        assertThat(ok(administrator.get("Things/" + n)).at("/owner/type").asText())
                .isEqualTo("User");
        failed(client.get("Things/" + n), 403, "Read");
    }

    /** An organization P with a unit Top, under it Left and Right, and under Left Low; the user is in one of them by a group. */
    private void createUnits(String unit) throws Exception {
        ok(administrator.put("Organizations", "{'name':'" + n + "P'}"));
        for (String each : List.of("Top:", "Left:Top", "Right:Top", "Low:Left")) {
            String[] names = each.split(":", -1);
            ok(inP("AddOrganizationalUnit", "{'name':'" + names[0] + "','parentName':'" + names[1] + "'}"));
        }
        ok(inP("AddMember", "{'name':'" + unit + "','member':'" + n + "G','type':'Group'}"));
    }

    private HttpResponse<String> inP(String service, String parameters) throws Exception {
        return administrator.call("Organizations/" + n + "P", service, parameters);
    }

    private void makeVisibleTo(String unit) throws Exception {
        ok(administrator.call(
                "Things/" + n,
                "AddVisibilityPermission",
                "{'principal':'" + n + "P" + (unit.isEmpty() ? "" : ":" + unit) + "','principalType':'"
                        + (unit.isEmpty() ? "Organization" : "OrganizationalUnit") + "'}"));
    }

    /** Where the user is, what the thing is made visible to; nothing stands for the organization itself. */
    @ParameterizedTest
    @CsvSource({
        "'',    '',    true",
        "'',    Top,   false",
        "'',    Low,   false",
        "Top,   '',    true",
        "Top,   Top,   true",
        "Top,   Left,  true",
        "Top,   Low,   true",
        "Left,  '',    true",
        "Left,  Top,   false",
        "Left,  Left,  true",
        "Left,  Right, false",
        "Left,  Low,   true",
        "Right, Left,  false",
        "Right, Low,   false",
        "Low,   '',    true",
        "Low,   Top,   false",
        "Low,   Left,  false",
        "Low,   Low,   true",
    })
    void whatAUnitSeesIsSeenByTheUnitsAboveIt(String unit, String visibleTo, boolean seen) throws Exception {
        createUnits(unit);
        assertUnseen();

        makeVisibleTo(visibleTo);

        assertSeen(seen);
    }

    private void assertSeen(boolean seen) throws Exception {
        assertThat(client.get("Things/" + n).statusCode()).isEqualTo(seen ? 403 : 404);
        assertThat(listed("Things?nameMask=" + n + "*")).isEqualTo(seen ? List.of(n) : List.of());
    }

    @Test
    void unitsThatAreMovedDeletedAndMadeAnewSeeWhatTheirPlaceSays() throws Exception {
        createUnits("Right");
        makeVisibleTo("Low");
        assertSeen(false);

        ok(inP("MoveOrganizationalUnit", "{'name':'Left','parentName':'Right'}"));
        assertSeen(true);
        failed(inP("MoveOrganizationalUnit", "{'name':'Right','parentName':'Low'}"), 400, "parentName");
        ok(inP("DeleteMember", "{'name':'Right','member':'" + n + "G','type':'Group'}"));
        assertSeen(false);
        ok(inP("AddMember", "{'name':'Low','member':'" + n + "U','type':'User'}"));
        assertSeen(true);

        failed(inP("DeleteOrganizationalUnit", "{'name':'Left'}"), 403, "Low");
        ok(inP("DeleteOrganizationalUnit", "{'name':'Left','deleteChildren':true}"));
        assertSeen(false);
        assertRows("Things/" + n, "Visibility", "[]");
        ok(inP("AddOrganizationalUnit", "{'name':'Low'}"));
        makeVisibleTo("Low");
        assertSeen(false);

        ok(inP("AddMember", "{'name':'Low','member':'" + n + "U','type':'User'}"));
        assertSeen(true);
        ok(administrator.delete("Organizations/" + n + "P"));
        ok(administrator.put("Organizations", "{'name':'" + n + "P'}"));
        assertThat(rows(inP("GetOrganizationConnections", ""))).isEmpty();
        assertSeen(false);
    }

    @Test
    void unitsAreToldAndOnlyAdministratorsChangeThem() throws Exception {
        createUnits("Low");
        ok(inP("SetOrganizationalUnitDescription", "{'name':'Low','description':'at the bottom'}"));

        assertThat(rows(inP("GetOrganizationConnections", "")))
                .extracting(
                        row -> row.path("from").asText() + ">" + row.path("to").asText())
                .containsExactly(">Top", "Top>Left", "Top>Right", "Left>Low");
        assertThat(rows(inP("GetOrganizationConnections", "{'maxDepth':2}"))).hasSize(3);
        assertThat(rows(inP("GetSubOrganizationConnections", "{'start':'Left'}")))
                .hasSize(1);
        assertThat(rows(inP("GetChildConnections", "{'name':'Top'}"))).hasSize(2);
        assertThat(inP("GetParentConnections", "{'name':'Low'}").body()).contains("at the bottom");
        assertThat(value("GetParentName", "{'name':'Low'}")).isEqualTo("Left");
        assertThat(value("GetOrganizationalUnitDescription", "{'name':'Low'}")).isEqualTo("at the bottom");
        assertThat(value("IsParent", "{'name':'Low','parentName':'Left'}")).isEqualTo("true");
        assertThat(value("IsChild", "{'start':'Top','name':'Low'}")).isEqualTo("false");
        assertThat(value("IsInSubOrganization", "{'start':'Top','name':'Low'}")).isEqualTo("true");
        assertThat(value("IsInOrganization", "{'name':'nowhere'}")).isEqualTo("false");
        assertThat(names(rows(inP("GetMembers", "{'name':'Low'}")))).containsExactly(n + "G");
        assertThat(names(rows(inP("GetOrganizationMembers", "")))).isEmpty();

        failed(inP("AddOrganizationalUnit", "{'name':'Low'}"), 409, "already exists");
        failed(inP("AddOrganizationalUnit", "{'name':'x','parentName':'nowhere'}"), 404, "[nowhere]");
        failed(inP("AddOrganizationalUnit", "{'name':'a:b'}"), 400, "colon");
        failed(inP("AddMember", "{'name':'nowhere','member':'" + n + "U'}"), 404, "[nowhere]");
        failed(
                administrator.call(
                        "Things/" + n,
                        "AddVisibilityPermission",
                        "{'principal':'" + n + "P:nowhere','principalType':'OrganizationalUnit'}"),
                404,
                "P:nowhere");
        failed(
                client.call("Organizations/" + n + "P", "AddOrganizationalUnit", "{'name':'mine'}"),
                403,
                "administrators");
    }

    private String value(String service, String parameters) throws Exception {
        return administrator
                .result("Organizations/" + n + "P", service, parameters)
                .asText();
    }

    @Test
    void whatAMemberOfAUnitMakesIsVisibleToTheUnit() throws Exception {
        createUnits("Left");
        String create = "{'type':'Create','principal':'" + n + "G','principalType':'Group','allow':true}";
        ok(administrator.call("Things/*", "AddDesignTimePermission", create));
        try {
            ok(client.put("Things", "{'name':'" + n + "own'}"));
        } finally {
            ok(administrator.call("Things/*", "DeleteDesignTimePermission", create));
        }

        assertThat(rows(administrator.call("Things/" + n + "own", "GetVisibilityPermissions", "")))
                .extracting(row -> row.path("principal").asText())
                .containsExactlyInAnyOrder("Everyone", n + "O", n + "P:Left");
        assertThat(listed("Things?nameMask=" + n + "*")).containsExactly(n + "own");
    }

    @Test
    void whatIsMadeAnewHasNothingOfTheEarlierOne() throws Exception {
        makeVisible();
        allow("PropertyRead", "*");
        ok(client.get("Things/" + n + "/Properties"));

        ok(administrator.delete("Things/" + n));
        ok(administrator.put("Things", "{'name':'" + n + "'}"));
        failed(client.get("Things/" + n + "/Properties"), 404, "Entity Not Found");

        makeVisible();
        ok(administrator.delete("Organizations/" + n + "O"));
        ok(administrator.put("Organizations", "{'name':'" + n + "O'}"));
        ok(administrator.call("Organizations/" + n + "O", "AddMember", "{'member':'" + n + "GG','type':'Group'}"));
        failed(client.get("Things/" + n + "/Properties"), 404, "Entity Not Found");
    }
}
