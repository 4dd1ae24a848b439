package org.steadfast.foundation.security;

import com.password4j.Argon2Function;
import com.password4j.BadParametersException;
import org.steadfast.coordination.settings.Secret;
import org.steadfast.foundation.model.ModelException;

/** The password that a user has from the first start on, of which settings hold the hash alone. */
public final class InitialPassword {
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
        try {
            var unused = Argon2Function.getInstanceFromHash(text.reveal());
            return true;
        } catch (BadParametersException e) {
            // That was the question.
            return false;
        }
    }
}
