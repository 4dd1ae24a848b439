package org.steadfast.foundation.script;

import java.time.Clock;
import org.steadfast.foundation.event.EventSink;
import org.steadfast.foundation.model.Model;
import org.steadfast.foundation.security.AuthorizedModel;
import org.steadfast.foundation.security.AuthorizedProperties;
import org.steadfast.foundation.service.Services;

/** What scripts can reach. */
record Platform(
        Model model,
        AuthorizedModel entities,
        AuthorizedProperties properties,
        Services services,
        EventSink events,
        Clock clock) {}
