package org.steadfast.distribution.backup;

import java.io.IOException;
import java.io.PrintWriter;
import org.steadfast.coordination.chassis.ExitCode;
import org.steadfast.coordination.settings.InvalidSettingsException;
import org.steadfast.persistence.backup.BackupException;
import org.steadfast.persistence.store.StoreException;

/** Does what a command is for, and tells what went wrong in a line and by an exit status. */
@FunctionalInterface
interface Attempt {
    void make() throws InvalidSettingsException, BackupException, StoreException, IOException;

    /** @param err gets a line for each problem */
    static ExitCode of(Attempt attempt, PrintWriter err) {
        try {
            attempt.make();
            return ExitCode.OK;
        } catch (InvalidSettingsException e) {
            err.println("steadfast: " + e.problems().size() + " problem(s) in the settings, nothing was done");
            e.problems().forEach(problem -> err.println("  " + problem));
            return ExitCode.SETTINGS_INVALID;
        } catch (BackupException e) {
            err.println("steadfast: " + e.getMessage());
            return ExitCode.FAILED;
        } catch (StoreException e) {
            err.println("steadfast: " + e.getMessage());
            return switch (e.kind()) {
                case UNAVAILABLE, REFUSED -> ExitCode.DATABASE_UNREACHABLE;
                default -> ExitCode.FAILED;
            };
        } catch (IOException e) {
            err.println("steadfast: a file cannot be read or written: " + e);
            return ExitCode.STORAGE_UNUSABLE;
        }
    }
}
