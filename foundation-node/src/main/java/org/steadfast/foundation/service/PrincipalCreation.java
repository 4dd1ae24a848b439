package org.steadfast.foundation.service;

import com.fasterxml.jackson.databind.node.ObjectNode;
import java.security.SecureRandom;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.UUID;
import java.util.concurrent.CompletionStage;
import org.steadfast.foundation.model.Entity;
import org.steadfast.foundation.model.EntityJson;
import org.steadfast.foundation.model.EntityRef;
import org.steadfast.foundation.model.EntityType;
import org.steadfast.foundation.model.Model;
import org.steadfast.foundation.model.ModelException;
import org.steadfast.foundation.model.Names;
import org.steadfast.foundation.security.LoginException;
import org.steadfast.foundation.security.Principal;
import org.steadfast.foundation.security.Security;
import org.steadfast.persistence.store.StoreException;
import org.steadfast.protocol.type.Value;

/** Makes users with passwords, and application keys. Secrets go past the entities. */
final class PrincipalCreation {
    private static final SecureRandom RANDOM = new SecureRandom();

    private final Model model;
    private final Security security;

    PrincipalCreation(Model model, Security security) {
        this.model = model;
        this.security = security;
    }

    List<BuiltInService> services() {
        return List.of(
                BuiltInService.changing(
                        "CreateUser(name:STRING*, password:STRING, description:STRING) -> result:NOTHING",
                        this::createUser),
                BuiltInService.changing(
                        "CreateApplicationKey(name:STRING*, description:STRING, userNameReference:USERNAME,"
                                + " expirationDate:DATETIME, allowedAddresses:JSON, readOnly:BOOLEAN) -> result:STRING",
                        this::createKey));
    }

    private CompletionStage<ServiceResult> createUser(ServiceRequest request) throws Exception {
        String name = Names.require(request.parameters(), "name");
        Optional<String> password = Optional.of(request.text("password", "")).filter(text -> !text.isEmpty());
        if (password.isPresent()) {
            // Before the user is there: one without the password that was wanted is half a user.
            security.accounts().checkNew(name, password.get(), password.get());
        }
        ObjectNode entity = request.parameters().deepCopy();
        entity.remove(List.of("password", "passwordConfirm"));
        Model.Change change = security.entities()
                .create(request.principal(), EntityJson.read(entity, Entity.draft(EntityType.USER, name)));
        if (password.isEmpty()) {
            return ServiceResult.of(change);
        }
        try {
            security.accounts().assignPassword(name, password.get(), password.get());
        } catch (LoginException e) {
            throw UserServices.translate(e, e.getMessage());
        }
        security.audit()
                .record(request.principal(), "PasswordAssign", change.entity().ref(), "");
        return ServiceResult.of(change);
    }

    /** The key itself is told once, here. */
    private CompletionStage<ServiceResult> createKey(ServiceRequest request) throws Exception {
        String name = Names.require(request.parameters(), "name");
        String user = request.text(
                "userNameReference",
                request.text("userName", request.principal().user()));
        ObjectNode entity = request.parameters().deepCopy();
        entity.remove("userName");
        entity.setAll(Security.keyTerms(user));
        Model.Change change = security.entities()
                .create(request.principal(), EntityJson.read(entity, Entity.draft(EntityType.APPLICATION_KEY, name)));
        String key = new UUID(RANDOM.nextLong(), RANDOM.nextLong()).toString();
        try {
            security.keys().put(name, key, new Principal(user, true));
        } catch (StoreException e) {
            throw new ModelException(
                    ModelException.Kind.UNAVAILABLE,
                    "the application key " + name + " was made without a key; delete it and make it again",
                    e);
        }
        EntityRef ref = change.entity().ref();
        security.audit().record(request.principal(), "KeyCreate", ref, "for " + user);
        return change.seenEverywhere()
                .thenApply(seen -> new ServiceResult(
                        Value.string(key), OptionalLong.of(change.entity().version()), seen));
    }
}
