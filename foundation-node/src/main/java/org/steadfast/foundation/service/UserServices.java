package org.steadfast.foundation.service;

import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import org.steadfast.foundation.model.EntityRef;
import org.steadfast.foundation.model.EntityType;
import org.steadfast.foundation.model.Model;
import org.steadfast.foundation.model.ModelException;
import org.steadfast.foundation.security.LoginException;
import org.steadfast.foundation.security.Security;
import org.steadfast.protocol.type.Value;

/** Passwords and locks of users. */
final class UserServices {
    private final Model model;
    private final Security security;

    UserServices(Model model, Security security) {
        this.model = model;
        this.security = security;
    }

    List<BuiltInService> services() {
        return List.of(
                administrating(
                        "AssignNewPassword(newPassword:STRING*, newPasswordConfirm:STRING*) -> result:NOTHING",
                        this::assignPassword),
                BuiltInService.changing(
                                "ChangePassword(oldPassword:STRING*, newPassword:STRING*, newPasswordConfirm:STRING*)"
                                        + " -> result:NOTHING",
                                this::changePassword)
                        .needing(BuiltInService.Need.NOTHING),
                administrating("EnableUser() -> result:NOTHING", request -> enable(request, true)),
                administrating("DisableUser() -> result:NOTHING", request -> enable(request, false)),
                administrating("UnlockUser() -> result:NOTHING", this::unlock),
                BuiltInService.reading(
                        "IsEnabled() -> result:BOOLEAN",
                        request ->
                                done(new Value.Bool(model.require(user(request)).enabled()))),
                BuiltInService.reading("IsLocked() -> result:BOOLEAN", this::isLocked)
                        .needing(BuiltInService.Need.ADMINISTRATE));
    }

    private static BuiltInService administrating(String signature, BuiltInService.Handler handler) {
        return BuiltInService.changing(signature, handler).needing(BuiltInService.Need.ADMINISTRATE);
    }

    private static EntityRef user(ServiceRequest request) {
        return new EntityRef(EntityType.USER, request.entity());
    }

    private static CompletionStage<ServiceResult> done(Value value) {
        return CompletableFuture.completedFuture(ServiceResult.of(value));
    }

    private CompletionStage<ServiceResult> assignPassword(ServiceRequest request) throws Exception {
        setPassword(request);
        return announced(request, "PasswordAssign");
    }

    private CompletionStage<ServiceResult> changePassword(ServiceRequest request) throws Exception {
        // Also administrators say the old one here: what was left open at a desk is not enough.
        if (!request.principal().user().equals(request.entity())) {
            throw new ServiceException(
                    ServiceException.Kind.NOT_ALLOWED,
                    "Not authorized for ServiceInvoke on ChangePassword in " + request.entity()
                            + ": users change their own passwords; administrators assign those of others");
        }
        try {
            var unused = security.accounts().check(request.entity(), request.text("oldPassword"), false);
        } catch (LoginException e) {
            throw translate(e, "parameter oldPassword: is wrong, or the user is locked");
        }
        setPassword(request);
        return announced(request, "PasswordChange");
    }

    private void setPassword(ServiceRequest request) throws Exception {
        try {
            security.accounts()
                    .assignPassword(request.entity(), request.text("newPassword"), request.text("newPasswordConfirm"));
        } catch (LoginException e) {
            throw translate(e, e.getMessage());
        }
    }

    static ServiceException translate(LoginException e, String refused) {
        return switch (e.kind()) {
            case REFUSED -> new ServiceException(ServiceException.Kind.NOT_ALLOWED, refused, e);
            case UNAVAILABLE, BUSY -> new ServiceException(ServiceException.Kind.UNAVAILABLE, e.getMessage(), e);
        };
    }

    private CompletionStage<ServiceResult> announced(ServiceRequest request, String action) {
        security.audit().record(request.principal(), action, user(request), "");
        return model.announceChange(user(request))
                .thenApply(seen -> new ServiceResult(Value.NOTHING, OptionalLong.empty(), seen));
    }

    private CompletionStage<ServiceResult> enable(ServiceRequest request, boolean enabled) throws ModelException {
        return ServiceResult.of(security.entities()
                .update(
                        request.principal(),
                        user(request),
                        Optional.empty(),
                        user -> user.change().enabled(enabled).build()));
    }

    private CompletionStage<ServiceResult> unlock(ServiceRequest request) throws ModelException {
        var unused = model.require(user(request));
        security.accounts().unlock(request.entity());
        return announced(request, "UserUnlock");
    }

    private CompletionStage<ServiceResult> isLocked(ServiceRequest request) throws ModelException {
        var unused = model.require(user(request));
        return done(new Value.Bool(security.accounts().isLocked(request.entity())));
    }
}
