package org.steadfast.coordination.chassis;

/** How a node process ended. Scripts and supervisors may rely on these numbers; they are never reused. */
public enum ExitCode {
    OK(0, "stopped as asked"),
    FAILED(1, "failed for a reason that the log tells"),
    USAGE(2, "wrong command line"),
    NOT_RUNNING(3, "asked for its status: nothing of it runs"),
    SETTINGS_INVALID(10, "settings cannot be used; nothing was started"),
    PORT_IN_USE(11, "a port that the node needs is in use"),
    DATA_IN_USE(12, "a data folder is in use by a live process"),
    STORAGE_UNUSABLE(13, "a storage location or data folder cannot be read or written, or is of another version"),
    COORDINATOR_UNREACHABLE(14, "the coordinator did not answer in time"),
    DATABASE_UNREACHABLE(15, "the database did not answer in time or refused the login"),
    PLATFORM_ID_IN_USE(16, "another live process uses this node's platform id"),
    OTHER_VERSION(17, "the cluster or its data is of another version of the platform; nothing was changed"),
    FENCED(20, "the cluster went on without this node; it halted itself and may be started again at once");

    private final int code;
    private final String meaning;

    ExitCode(int code, String meaning) {
        this.code = code;
        this.meaning = meaning;
    }

    /** What a process's exit status means; {@link #FAILED} where it is none of these. */
    public static ExitCode of(int status) {
        for (ExitCode code : values()) {
            if (code.code == status) {
                return code;
            }
        }
        return FAILED;
    }

    /** The process's exit status. */
    public int code() {
        return code;
    }

    /** What the status tells an operator. */
    public String meaning() {
        return meaning;
    }
}
