package org.steadfast.foundation.service;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import org.steadfast.foundation.model.EntityRef;
import org.steadfast.foundation.model.EntityType;
import org.steadfast.foundation.model.Model;
import org.steadfast.foundation.model.ModelException;
import org.steadfast.foundation.model.Picture;
import org.steadfast.protocol.type.BaseType;
import org.steadfast.protocol.type.Value;

/** Pictures of entities: their avatars, and what media entities are. */
final class PictureServices {
    private final Model model;

    PictureServices(Model model) {
        this.model = model;
    }

    List<BuiltInService> services(EntityType type) {
        List<BuiltInService> services = new ArrayList<>(List.of(
                reading("GetAvatar() -> result:IMAGE", type, Picture.AVATAR),
                BuiltInService.reading(
                        "GetAvatarURL() -> result:IMAGELINK",
                        request -> CompletableFuture.completedFuture(ServiceResult.of(new Value.Text(
                                BaseType.IMAGELINK, EntityLinks.avatar(type.collection(), request.entity()))))),
                setting("SetAvatar(content:IMAGE) -> result:NOTHING", type, Picture.AVATAR)));
        if (type == EntityType.MEDIA_ENTITY) {
            services.add(reading("GetContent() -> result:IMAGE", type, Picture.CONTENT));
            services.add(setting("SetContent(content:IMAGE) -> result:NOTHING", type, Picture.CONTENT));
        }
        return services;
    }

    private BuiltInService reading(String signature, EntityType type, Picture picture) {
        return BuiltInService.reading(signature, request -> {
            byte[] bytes = picture.of(model.require(ref(type, request))).orElse(new byte[0]);
            return CompletableFuture.completedFuture(ServiceResult.of(new Value.Bytes(BaseType.IMAGE, bytes)));
        });
    }

    /** Nothing takes the picture away. */
    private BuiltInService setting(String signature, EntityType type, Picture picture) {
        return BuiltInService.defining(signature, request -> set(type, picture, request));
    }

    private CompletionStage<ServiceResult> set(EntityType type, Picture picture, ServiceRequest request)
            throws ServiceException, ModelException {
        byte[] bytes = request.value("content", BaseType.IMAGE)
                .map(value -> ((Value.Bytes) value).bytes())
                .orElse(new byte[0]);
        return ServiceResult.of(
                model.update(ref(type, request), Optional.empty(), entity -> picture.with(entity, bytes)));
    }

    private static EntityRef ref(EntityType type, ServiceRequest request) {
        return new EntityRef(type, request.entity());
    }
}
