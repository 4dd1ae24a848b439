package org.steadfast.simulator;

import java.util.concurrent.CompletionException;
import java.util.concurrent.ExecutionException;

/** What is behind the exceptions in which futures wrap failures. */
final class Causes {
    private static final int LONGEST_TEXT = 160;

    private Causes() {}

    static Throwable of(Throwable failure) {
        Throwable cause = failure;
        while ((cause instanceof CompletionException || cause instanceof ExecutionException)
                && cause.getCause() != null) {
            cause = cause.getCause();
        }
        return cause;
    }

    /** A line for a reader: the message, or the kind where the message is absent, or is a dump of somebody's inner state. */
    static String text(Throwable failure) {
        Throwable cause = of(failure);
        String message = cause.getMessage();
        boolean readable = message != null && message.length() <= LONGEST_TEXT;
        return readable ? message : cause.getClass().getSimpleName();
    }
}
