package org.steadfast.foundation.rest;

import java.util.concurrent.CompletionStage;
import org.steadfast.foundation.model.Model;

/** Answers changes of the model: when every live node has them, or honestly where that is not known. */
final class Changes {
    /** The header that holds an entity's version, and what it means. */
    static final String ETAG = "ETag";

    static final String ETAG_MEANING = "The version of the entity";

    private Changes() {}

    static CompletionStage<Reply> reply(Model.Change change) {
        return change.seenEverywhere()
                .thenApply(seen -> (seen ? Reply.empty() : notKnownEverywhere())
                        .with(ETAG, etag(change.entity().version())));
    }

    static Reply notKnownEverywhere() {
        return Reply.text(202, "changed, but it is not known yet whether every node has the change");
    }

    static String etag(long version) {
        return "\"" + version + "\"";
    }
}
