package org.steadfast.foundation.exchange;

import java.util.List;
import java.util.Objects;
import java.util.stream.Collectors;
import org.steadfast.foundation.model.RefusedBundleException.Refusal;

/** A document or an archive that cannot be taken. Nothing of it was stored. */
public final class ExchangeException extends Exception {
    private static final long serialVersionUID = 1L;

    /** What went wrong, as far as an answer needs to know. */
    public enum Kind {
        /** It cannot be read, or an entity in it cannot be stored. */
        REFUSED,
        /** It is longer, deeper or has more in it than is allowed. */
        TOO_LARGE,
        /** It cannot be taken now. */
        UNAVAILABLE
    }

    private static final int MOST_LINES = 1_000;

    private final Kind kind;

    public ExchangeException(Kind kind, String message) {
        this(kind, message, null);
    }

    public ExchangeException(Kind kind, String message, Throwable cause) {
        super(message, cause);
        this.kind = Objects.requireNonNull(kind, "kind is null");
    }

    static ExchangeException refused(String message) {
        return new ExchangeException(Kind.REFUSED, message);
    }

    /** @return with one line for each that is refused */
    static ExchangeException refused(List<Refusal> refusals) {
        String lines = refusals.stream()
                .limit(MOST_LINES)
                .map(refusal -> refusal.toString().replaceAll("\\p{Cc}", " "))
                .collect(Collectors.joining("\n"));
        int more = refusals.size() - MOST_LINES;
        return new ExchangeException(Kind.REFUSED, more > 0 ? lines + "\nand " + more + " more" : lines);
    }

    static ExchangeException tooLarge(String message) {
        return new ExchangeException(Kind.TOO_LARGE, message);
    }

    public Kind kind() {
        return kind;
    }
}
