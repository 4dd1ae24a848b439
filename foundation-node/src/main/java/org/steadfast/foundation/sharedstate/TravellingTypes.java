package org.steadfast.foundation.sharedstate;

import java.util.List;
import org.apache.ignite.Ignite;
import org.steadfast.persistence.store.PropertyKey;
import org.steadfast.persistence.store.ValueWrite;

/**
 * Makes known to the whole cluster, when a node joins, the classes of what nodes send each other. Ignite does that by itself when
 * an object of a class is sent for the first time, and has the sender wait for a round through the discovery. A round that falls
 * into the loss of a node was seen to end only with the next change of the membership, 40 s later; and the tasks of a
 * {@link Settlement} are sent for the first time exactly then. Stateless.
 */
final class TravellingTypes {
    private TravellingTypes() {}

    /** @throws org.apache.ignite.IgniteException if the cluster does not hear of a class */
    static void register(Ignite ignite) {
        ValueWrite write = new ValueWrite(new PropertyKey(0, "p"), new byte[0], 0, "", 0, 0);
        List.of(
                        new SetIfNewer(new byte[0]),
                        new SetInMemory(0, 0, write),
                        new Forget(0),
                        new Bindings.Bind(new byte[0]),
                        new Bindings.Unbind(0),
                        new Bindings.Retire(0),
                        new Bindings.Restore(),
                        new SharedTransfers.Tell(new byte[0], (byte) 0),
                        new SharedTransfers.Cancel(),
                        new StateLoading.CloseGate(),
                        new PeerWatch.SignOfLife(),
                        new Settlement.Announce(0),
                        new Settlement.AskSettled(),
                        new Settlement.AwaitPublishes())
                .forEach(sample -> register(ignite, sample));
    }

    /** @param sample any object of the class */
    static void register(Ignite ignite, Object sample) {
        ignite.binary().toBinary(sample);
    }
}
