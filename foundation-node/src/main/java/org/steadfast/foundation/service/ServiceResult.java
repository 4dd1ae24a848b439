package org.steadfast.foundation.service;

import java.util.Objects;
import java.util.OptionalLong;
import java.util.concurrent.CompletionStage;
import org.steadfast.foundation.model.Model;
import org.steadfast.protocol.type.Value;

/**
 * What a service has given.
 *
 * @param value {@link Value#NOTHING} where it gives nothing
 * @param version of the entity that it changed
 * @param seenEverywhere false where it is not known whether every live node has the change
 */
public record ServiceResult(Value value, OptionalLong version, boolean seenEverywhere) {
    /** Nothing. */
    public static final ServiceResult NOTHING = of(Value.NOTHING);

    public ServiceResult {
        Objects.requireNonNull(value, "value is null");
        Objects.requireNonNull(version, "version is null");
    }

    public static ServiceResult of(Value value) {
        return new ServiceResult(value, OptionalLong.empty(), true);
    }

    /** Of a change of the model; completes when every live node has it, or when that is not known in time. */
    public static CompletionStage<ServiceResult> of(Model.Change change) {
        return change.seenEverywhere()
                .thenApply(seen -> new ServiceResult(
                        Value.NOTHING, OptionalLong.of(change.entity().version()), seen));
    }
}
