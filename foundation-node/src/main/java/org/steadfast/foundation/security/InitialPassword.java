package org.steadfast.foundation.security;

import java.util.regex.Pattern;
import org.steadfast.coordination.settings.Secret;
import org.steadfast.foundation.model.ModelException;

/** The password that a user has from the first start on, of which settings hold the hash alone. */
public final class InitialPassword {
    /** As the PHC string format has it, with the parameters that there are for Argon2. */
    private static final Pattern HASH = Pattern.compile(
            "\\$argon2id\\$v=19\\$m=\\d{1,7},t=\\d{1,4},p=\\d{1,3}\\$[A-Za-z0-9+/]{11,86}\\$[A-Za-z0-9+/]{22,172}");

    private InitialPassword() {}

    /**
     * What settings may hold of a password.
     *
     * @param user whose password it is to be
     * @throws ModelException naming the rule of {@link SecuritySettings} by its default that the password breaks
     */
    public static Secret hash(String user, Secret password) throws ModelException {
        PasswordRules.byDefault().check("password", user, password.reveal());
        return new Secret(PasswordHashing.compute(password.reveal()));
    }

    /** Whether a text is a hash that passwords can be checked against. */
    public static boolean isHash(Secret text) {
        return HASH.matcher(text.reveal()).matches();
    }
}
