package org.steadfast.foundation.model;

import java.util.Set;

/** The thing templates that every installation has. */
public final class ThingTemplates {
    /** The template of things that live on the platform alone. */
    public static final String GENERIC_THING = "GenericThing";
    /** The template of things that a device binds. */
    public static final String REMOTE_THING = "RemoteThing";

    private static final Set<String> BUILT_IN = Set.of(
            GENERIC_THING,
            REMOTE_THING,
            "RemoteThingWithFileTransfer",
            "RemoteThingWithTunnels",
            "RemoteThingWithTunnelsAndFileTransfer");

    private ThingTemplates() {}

    /** Whether a device may speak for things of this template. */
    public static boolean isRemote(String name) {
        return exists(name) && !name.equals(GENERIC_THING);
    }

    public static boolean exists(String name) {
        return BUILT_IN.contains(name);
    }
}
