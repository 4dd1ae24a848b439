package org.steadfast.foundation.service;

import java.util.concurrent.CompletionException;
import java.util.concurrent.ExecutionException;
import org.steadfast.foundation.ingestion.IngestionException;
import org.steadfast.foundation.model.ModelException;
import org.steadfast.foundation.property.PropertyException;
import org.steadfast.foundation.remote.RemoteException;
import org.steadfast.foundation.sharedstate.StateUnavailableException;
import org.steadfast.protocol.json.InvalidValueException;

/** What the work of scripts and actions fails with, as those who asked for it are told. Stateless. */
public final class ServiceFailure {
    private ServiceFailure() {}

    /** What really failed. */
    public static Throwable unwrap(Throwable failure) {
        Throwable cause = failure;
        while ((cause instanceof CompletionException || cause instanceof ExecutionException)
                && cause.getCause() != null) {
            cause = cause.getCause();
        }
        return cause;
    }

    /** Whether it is the platform's, with a message for users. */
    public static boolean isOfPlatform(Throwable failure) {
        return failure instanceof ServiceException
                || failure instanceof PropertyException
                || failure instanceof ModelException
                || failure instanceof InvalidValueException
                || failure instanceof RemoteException
                || failure instanceof IngestionException
                || failure instanceof StateUnavailableException;
    }

    /** Whether it is something else that is away, whether somebody may not, or whether it has failed. */
    public static ServiceException.Kind kind(Throwable cause) {
        boolean isAway = cause instanceof IngestionException
                || cause instanceof StateUnavailableException
                || cause instanceof ServiceException service && service.kind() == ServiceException.Kind.UNAVAILABLE
                || cause instanceof ModelException model && model.kind() == ModelException.Kind.UNAVAILABLE;
        if (isAway) {
            return ServiceException.Kind.UNAVAILABLE;
        }
        return cause instanceof ServiceException service && service.kind() == ServiceException.Kind.NOT_ALLOWED
                ? ServiceException.Kind.NOT_ALLOWED
                : ServiceException.Kind.FAILED;
    }
}
