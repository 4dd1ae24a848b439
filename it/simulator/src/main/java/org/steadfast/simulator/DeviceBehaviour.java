package org.steadfast.simulator;

import java.util.Arrays;
import java.util.Optional;
import java.util.stream.Collectors;

/** How a device behaves where the two SDKs of real devices differ and a server could trip over it. */
public enum DeviceBehaviour {
    /**
     * Never answers a ping and only sends its own. Answers NotifyPropertyUpdate at once and asks for its property subscriptions
     * then.
     */
    C_SDK("c-sdk"),
    /**
     * Answers pings. On NotifyPropertyUpdate it asks for its subscriptions of properties and of events, and takes no other request of
     * the server until both have come; only then it answers. It pushes nothing before: it counts as connected when it
     * knows the subscriptions of all its names.
     */
    JAVA_SDK("java-sdk");

    private final String title;

    DeviceBehaviour(String title) {
        this.title = title;
    }

    /** The behaviour of that name, in small letters. */
    static Optional<DeviceBehaviour> named(String title) {
        return Arrays.stream(values())
                .filter(behaviour -> behaviour.title.equals(title))
                .findFirst();
    }

    /** All names, for messages. */
    static String titles() {
        return Arrays.stream(values()).map(DeviceBehaviour::toString).collect(Collectors.joining(" or "));
    }

    @Override
    public String toString() {
        return title;
    }
}
