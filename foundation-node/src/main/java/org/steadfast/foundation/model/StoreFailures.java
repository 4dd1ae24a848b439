package org.steadfast.foundation.model;

import org.steadfast.persistence.store.StoreException;

/** What failures of a store mean for those who work with what it holds. Stateless. */
public final class StoreFailures {
    private StoreFailures() {}

    public static ModelException translate(StoreException e) {
        return switch (e.kind()) {
            case ALREADY_EXISTS -> new ModelException(ModelException.Kind.ALREADY_EXISTS, e.getMessage(), e);
            case NOT_FOUND -> new ModelException(ModelException.Kind.NOT_FOUND, e.getMessage(), e);
            case CHANGED_MEANWHILE -> new ModelException(ModelException.Kind.CHANGED_MEANWHILE, e.getMessage(), e);
            case IN_USE -> new ModelException(ModelException.Kind.NOT_ALLOWED, e.getMessage(), e);
            case TOO_SLOW, TOO_LARGE -> new ModelException(ModelException.Kind.UNAVAILABLE, e.getMessage(), e);
            case UNAVAILABLE, REFUSED, FENCED ->
                new ModelException(ModelException.Kind.UNAVAILABLE, "the database does not answer", e);
            case OTHER_VERSION, FAILED -> throw new IllegalStateException(e);
        };
    }
}
