package org.steadfast.foundation.live;

import java.util.Optional;
import java.util.Set;
import org.steadfast.foundation.security.Credential;
import org.steadfast.foundation.security.Principal;

/**
 * What a client wants to hear of.
 *
 * @param credential what the client came in with
 * @param things names, in the client's order
 * @param properties names; all where there are none
 * @param lastEventId what the client has heard already, as the stream said where it broke off
 */
public record LiveRequest(
        Principal principal,
        Credential credential,
        Set<String> things,
        Set<String> properties,
        Optional<String> lastEventId) {}
