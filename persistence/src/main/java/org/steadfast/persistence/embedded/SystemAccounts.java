package org.steadfast.persistence.embedded;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.FileSystems;
import java.nio.file.attribute.UserPrincipalLookupService;
import java.nio.file.attribute.UserPrincipalNotFoundException;
import java.util.List;

/** Which accounts the operating system knows. */
final class SystemAccounts {
    private static final List<String> SERVER_ACCOUNTS = List.of("steadfast", "postgres", "nobody");

    private SystemAccounts() {}

    /** The first existing of the accounts that PostgreSQL may run as; empty if there is none. */
    static String defaultServerAccount() {
        return SERVER_ACCOUNTS.stream()
                .filter(SystemAccounts::exists)
                .findFirst()
                .orElse("");
    }

    static boolean exists(String name) {
        UserPrincipalLookupService accounts = FileSystems.getDefault().getUserPrincipalLookupService();
        try {
            accounts.lookupPrincipalByName(name);
            return true;
        } catch (UserPrincipalNotFoundException e) {
            return false;
        } catch (IOException e) {
            throw new UncheckedIOException("cannot look up the account " + name, e);
        }
    }
}
