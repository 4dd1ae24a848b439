package org.steadfast.foundation.security;

import java.util.Locale;
import java.util.stream.Stream;
import org.steadfast.foundation.model.ModelException;

/** Which passwords are good enough. */
record PasswordRules(int minimumLength, int kindsOfCharacters) {
    /** Argon2 takes any length; a megabyte of password is no login. */
    private static final int LONGEST = 512;

    /** Those that hold where settings say nothing. */
    static PasswordRules byDefault() {
        return new PasswordRules(SecuritySettings.DEFAULT_LENGTH, SecuritySettings.DEFAULT_KINDS);
    }

    /** @throws ModelException naming the rule, never the password */
    void check(String field, String user, String password) throws ModelException {
        if (password.length() < minimumLength || password.length() > LONGEST) {
            throw ModelException.invalid(
                    "field " + field + ": a password has " + minimumLength + " to " + LONGEST + " characters");
        }
        long kinds = Stream.of("\\p{Ll}", "\\p{Lu}", "\\p{Nd}", "[^\\p{Ll}\\p{Lu}\\p{Nd}]")
                .filter(kind -> password.matches("(?s).*" + kind + ".*"))
                .count();
        if (kinds < kindsOfCharacters) {
            throw ModelException.invalid("field " + field + ": a password has at least " + kindsOfCharacters
                    + " of these: small letters, capital letters, digits, anything else");
        }
        if (password.toLowerCase(Locale.ROOT).contains(user.toLowerCase(Locale.ROOT))) {
            throw ModelException.invalid("field " + field + ": a password does not contain the name of its user");
        }
    }
}
