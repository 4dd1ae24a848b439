package org.steadfast.distribution.cluster;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.steadfast.coordination.settings.Secret;

/** Makes keys and certificates by the program of that name that every Java has, for Java's classes make none. Stateless. */
final class Keytool {
    /** Of the program's environment: what is among its words every user of the machine can see. */
    private static final String PASSWORD = "STEADFAST_KEYTOOL_PASSWORD";

    private static final long LONGEST_SECONDS = 60;

    private Keytool() {}

    /**
     * Runs it on a key store, which is PKCS#12.
     *
     * @param words its command first
     * @throws IOException with what it says, if it fails
     */
    static void run(Path keyStore, Secret password, String... words) throws IOException, InterruptedException {
        List<String> command = new ArrayList<>();
        command.add(Path.of(System.getProperty("java.home"), "bin", "keytool").toString());
        command.addAll(List.of(words));
        command.addAll(List.of(
                "-noprompt", "-keystore", keyStore.toString(), "-storetype", "PKCS12", "-storepass:env", PASSWORD));
        // Its words are those of the machine's language otherwise.
        command.add("-J-Duser.language=en");
        ProcessBuilder builder = new ProcessBuilder(command).redirectErrorStream(true);
        builder.environment().put(PASSWORD, password.reveal());
        Process process = builder.start();
        process.getOutputStream().close();
        // It says less than the system keeps for whoever reads it.
        if (!process.waitFor(LONGEST_SECONDS, TimeUnit.SECONDS)) {
            process.destroyForcibly();
            throw new IOException("keytool " + words[0] + " did not end within " + LONGEST_SECONDS + " s");
        }
        String said = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8).strip();
        if (process.exitValue() != 0) {
            throw new IOException("keytool " + words[0] + " failed: " + said);
        }
    }
}
