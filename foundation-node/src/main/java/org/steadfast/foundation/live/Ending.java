package org.steadfast.foundation.live;

/** Why a stream ends, as its last event says. */
enum Ending {
    SLOW("slow", "the client reads more slowly than values change; some were left out"),
    UNAUTHORIZED("unauthorized", "what the client came in with lets it in no more"),
    UNAVAILABLE("unavailable", "this node cannot tell values now; connect again, another node may"),
    TOO_LARGE("tooLarge", "the things have more properties by now than MostProperties allows"),
    STOPPING("stopping", "this node stops; connect again, another node answers");

    private final String reason;
    private final String message;

    Ending(String reason, String message) {
        this.reason = reason;
        this.message = message;
    }

    String reason() {
        return reason;
    }

    String message() {
        return message;
    }
}
