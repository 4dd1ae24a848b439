package org.steadfast.protocol.wire;

import java.util.List;
import java.util.Objects;
import java.util.Optional;
import org.steadfast.protocol.type.Infotable;

/** What follows a header (device protocol, section 6). All implementations are immutable. */
public sealed interface Body {

    /** AUTH: claims such as {@code appKey}, or {@code userid} and {@code password}. */
    record Auth(List<Claim> claims) implements Body {
        public Auth {
            claims = List.copyOf(claims);
        }

        /** One claim. */
        public record Claim(String name, String value) {
            @Override
            public String toString() {
                return name + "=***";
            }
        }

        /** The value of a claim by name. */
        public Optional<String> claim(String name) {
            return claims.stream()
                    .filter(claim -> claim.name().equals(name))
                    .map(Claim::value)
                    .findFirst();
        }
    }

    /** BIND and UNBIND: names of things, or identifiers with a leading {@code *}; a gateway where one speaks for them. */
    record Bind(Optional<Gateway> gateway, List<String> names) implements Body {
        public Bind {
            Objects.requireNonNull(gateway, "gateway is null");
            names = List.copyOf(names);
        }

        /** The gateway that binds for its devices. */
        public record Gateway(String name, String type) {}
    }

    /** GET, PUT, POST and DELETE on a characteristic of an entity. */
    record Request(Target target, Optional<Infotable> parameters) implements Body {
        public Request {
            Objects.requireNonNull(target, "target is null");
            Objects.requireNonNull(parameters, "parameters is null");
        }
    }

    /** The answer to any request. */
    record Response(Optional<String> reason, Optional<Infotable> content) implements Body {
        public Response {
            Objects.requireNonNull(reason, "reason is null");
            Objects.requireNonNull(content, "content is null");
        }

        /** An answer without reason and content. */
        public static Response empty() {
            return new Response(Optional.empty(), Optional.empty());
        }

        public static Response of(Infotable content) {
            return new Response(Optional.empty(), Optional.of(content));
        }

        public static Response of(String reason) {
            return new Response(Optional.of(reason), Optional.empty());
        }
    }

    /** KEEP-ALIVE and CLEAR-AUTH, which carry nothing. */
    record Empty() implements Body {}
}
