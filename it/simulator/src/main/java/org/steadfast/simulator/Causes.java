package org.steadfast.simulator;

import java.util.concurrent.CompletionException;
import java.util.concurrent.ExecutionException;

/** What is behind the exceptions in which futures wrap failures. */
final class Causes {
    private Causes() {}

    static Throwable of(Throwable failure) {
        Throwable cause = failure;
        while ((cause instanceof CompletionException || cause instanceof ExecutionException)
                && cause.getCause() != null) {
            cause = cause.getCause();
        }
        return cause;
    }
}
