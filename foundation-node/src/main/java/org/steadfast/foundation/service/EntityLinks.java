package org.steadfast.foundation.service;

import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;

/** Addresses of what entities have. Stateless. */
public final class EntityLinks {
    private EntityLinks() {}

    /** Where an entity's avatar is; there may be none. */
    public static String avatar(String collection, String entity) {
        String name = URLEncoder.encode(entity, StandardCharsets.UTF_8).replace("+", "%20");
        return "/Thingworx/" + collection + "/" + name + "/Avatar";
    }
}
