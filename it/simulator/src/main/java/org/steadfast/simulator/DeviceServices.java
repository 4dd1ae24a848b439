package org.steadfast.simulator;

import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import org.steadfast.protocol.type.Infotable;
import org.steadfast.protocol.wire.Target;

/** The services that a device offers beyond those that every device has. Called by reading threads: must not block. */
@FunctionalInterface
public interface DeviceServices {

    /** No services at all. */
    DeviceServices NONE = (service, parameters) -> Optional.empty();

    /**
     * Begins a service.
     *
     * @param service which service of which thing
     * @param parameters one row, a field for each parameter
     * @return the answer, now or later; empty where the device has no such service. A failed future is answered
     *     INTERNAL_ERROR
     */
    Optional<CompletableFuture<ServiceAnswer>> call(Target service, Optional<Infotable> parameters);
}
