package org.steadfast.foundation.rest;

import java.util.concurrent.CompletionStage;
import org.steadfast.foundation.model.Model;

/** Answers changes of the model: when every live node has them, or honestly where that is not known. */
final class Changes {
    private Changes() {}

    static CompletionStage<Reply> reply(Model.Change change) {
        return change.seenEverywhere().thenApply(seen -> {
            Reply reply = seen
                    ? Reply.empty()
                    : Reply.text(202, "changed, but it is not known yet whether every node has the change");
            return reply.with("ETag", etag(change.thing().version()));
        });
    }

    static String etag(long version) {
        return "\"" + version + "\"";
    }
}
