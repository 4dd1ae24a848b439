package org.steadfast.foundation.webhook;

/** A server outside was not asked, or has not done what it was asked. The message names the address and the cause. */
public final class WebhookException extends Exception {
    private static final long serialVersionUID = 1L;

    WebhookException(String message) {
        super(message);
    }

    WebhookException(String message, Throwable cause) {
        super(message, cause);
    }
}
