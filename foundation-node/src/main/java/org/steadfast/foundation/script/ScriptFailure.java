package org.steadfast.foundation.script;

import org.mozilla.javascript.Context;
import org.mozilla.javascript.JavaScriptException;
import org.mozilla.javascript.RhinoException;
import org.mozilla.javascript.ScriptRuntime;
import org.mozilla.javascript.Scriptable;
import org.mozilla.javascript.ScriptableObject;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.steadfast.foundation.service.ServiceException;
import org.steadfast.foundation.service.ServiceFailure;

/** Turns errors of the platform into errors that a script can catch, and what a script ended with into an answer. Stateless. */
final class ScriptFailure {
    private static final Logger log = LoggerFactory.getLogger(ScriptFailure.class);
    private static final String CAUSE = "the platform's failure";
    private static final int LONGEST_MESSAGE = 1_000;

    private ScriptFailure() {}

    /** An {@code Error} of the script, which remembers the platform's. */
    static JavaScriptException toScript(Context context, Scriptable scope, Throwable failure) {
        Throwable cause = ServiceFailure.unwrap(failure);
        Scriptable error = context.newObject(scope, "Error", new Object[] {message(cause)});
        ((ScriptableObject) error).associateValue(CAUSE, cause);
        // The place in the script, which only an error of the language's own knows how to find.
        RhinoException here = ScriptRuntime.constructError("Error", "");
        return new JavaScriptException(error, here.sourceName(), here.lineNumber());
    }

    private static String message(Throwable failure) {
        if (ServiceFailure.isOfPlatform(failure)) {
            return String.valueOf(failure.getMessage());
        }
        log.error("REQUEST_FAILED: the work of a script failed", failure);
        return "it failed for a reason that the node's log tells";
    }

    /**
     * What a script has ended with, for whoever asked for it.
     *
     * @param what begins the message, such as {@code Unable to Invoke Service S on T}
     */
    static ServiceException toAnswer(String what, Throwable thrown) {
        if (thrown instanceof ServiceException known) {
            return known;
        }
        if (thrown instanceof ScriptStopped stopped) {
            return new ServiceException(
                    stopped.bound() == ScriptStopped.Bound.NODE_STOPS
                            ? ServiceException.Kind.UNAVAILABLE
                            : ServiceException.Kind.FAILED,
                    what + " : " + stopped.getMessage(),
                    thrown);
        }
        if (thrown instanceof StackOverflowError) {
            return new ServiceException(ServiceException.Kind.FAILED, what + " : the script calls itself too deep");
        }
        if (thrown instanceof RhinoException rhino) {
            Throwable cause = cause(rhino);
            return new ServiceException(
                    ServiceFailure.kind(cause), what + " : " + bounded(text(rhino)) + place(rhino), cause);
        }
        if (ServiceFailure.isOfPlatform(thrown)) {
            return new ServiceException(ServiceFailure.kind(thrown), what + " : " + thrown.getMessage(), thrown);
        }
        // Of the interpreter's own making; a script can bring it about as often as it likes.
        log.warn("SCRIPT_GIVEN_UP: {} : {}", what, thrown.toString());
        return new ServiceException(ServiceException.Kind.FAILED, what + " : the interpreter gave it up", thrown);
    }

    private static String place(RhinoException thrown) {
        if (thrown.lineNumber() <= 0) {
            return "";
        }
        String column = thrown.columnNumber() > 0 ? ", column " + thrown.columnNumber() : "";
        return " (line " + thrown.lineNumber() + column + ")";
    }

    private static Throwable cause(RhinoException thrown) {
        return thrown instanceof JavaScriptException script
                        && script.getValue() instanceof ScriptableObject error
                        && error.getAssociatedValue(CAUSE) instanceof Throwable cause
                ? cause
                : thrown;
    }

    private static String text(RhinoException thrown) {
        if (!(thrown instanceof JavaScriptException script)) {
            return thrown.details();
        }
        Object value = script.getValue();
        try {
            if (value instanceof Scriptable error && ScriptableObject.hasProperty(error, "message")) {
                String message = ScriptRuntime.toString(ScriptableObject.getProperty(error, "message"));
                Object name = ScriptableObject.getProperty(error, "name");
                return name instanceof CharSequence text && !text.toString().equals("Error")
                        ? text + ": " + message
                        : message;
            }
            return ScriptRuntime.toString(value);
        } catch (RhinoException | StackOverflowError e) {
            return "what the script has thrown has no text";
        }
    }

    private static String bounded(String text) {
        return text.length() > LONGEST_MESSAGE ? text.substring(0, LONGEST_MESSAGE) + "..." : text;
    }
}
