package org.steadfast.distribution.cluster;

import java.io.Console;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.steadfast.coordination.chassis.ExitCode;
import org.steadfast.coordination.chassis.FolderLock;
import org.steadfast.coordination.chassis.NodeFailure;
import org.steadfast.coordination.settings.Secret;
import org.steadfast.coordination.settings.SecretStore;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** The secrets that settings name as {@code encrypt.NAME}. None of them is ever printed, or taken from the command line. */
@Command(
        name = "keystore",
        mixinStandardHelpOptions = true,
        description =
                "The secrets of a cluster, which its settings name as encrypt.NAME. Nodes read them when they start; cluster restart lets them, one"
                        + " after the other.")
final class ClusterKeystoreCommand {
    private static final Pattern NAME = Pattern.compile("[a-z0-9][a-z0-9._-]{0,99}");

    @Spec
    private CommandSpec spec;

    private PrintWriter out() {
        return spec.commandLine().getOut();
    }

    @Command(name = "list", mixinStandardHelpOptions = true, description = "Prints the names of all secrets.")
    int list(@Mixin InstanceOption instance) throws IOException, NodeFailure {
        keystore(instance.read()).names().forEach(out()::println);
        out().flush();
        return ExitCode.OK.code();
    }

    @Command(
            name = "put",
            mixinStandardHelpOptions = true,
            description =
                    "Keeps a secret, in the place of the one before it: the first line of a file, of the input, or of what is typed at the prompt.")
    int put(
            @Mixin InstanceOption instance,
            @Parameters(paramLabel = "NAME", description = "What settings name it, behind encrypt.") String name,
            @Option(names = "--file", paramLabel = "FILE", description = "Whose first line is the secret.") Path file)
            throws IOException, NodeFailure {
        require(
                NAME.matcher(name).matches(),
                "a name has small letters, digits, '.', '_' and '-' alone, not as " + name);
        Instance cluster = instance.read();
        Secret secret = read(name, file);
        require(!secret.reveal().isEmpty(), "the secret is empty; nothing was changed");
        try (FolderLock lock = cluster.lockSecrets()) {
            keystore(cluster).put(name, secret);
        }
        out().println("Keeps encrypt." + name);
        return ExitCode.OK.code();
    }

    @Command(
            name = "remove",
            mixinStandardHelpOptions = true,
            description = "Forgets a secret that no setting names any longer.")
    int remove(
            @Mixin InstanceOption instance,
            @Parameters(paramLabel = "NAME", description = "What settings named it, behind encrypt.") String name)
            throws IOException, NodeFailure {
        Instance cluster = instance.read();
        List<Path> users = users(cluster.platform(), name);
        require(users.isEmpty(), "encrypt." + name + " is still named in " + users + "; nothing was changed");
        try (FolderLock lock = cluster.lockSecrets()) {
            require(keystore(cluster).remove(name), "there is no secret " + name);
        }
        out().println("Forgot encrypt." + name);
        return ExitCode.OK.code();
    }

    @Command(
            name = "rekey",
            mixinStandardHelpOptions = true,
            description =
                    "Gives the keystore another password, in the file keystore-password. Nodes may run, start and stop meanwhile.")
    int rekey(@Mixin InstanceOption instance) throws IOException, NodeFailure {
        Instance cluster = instance.read();
        try (FolderLock lock = cluster.lockSecrets()) {
            keystore(cluster).changePassword();
        }
        out().println("The keystore in " + cluster.platform() + " has another password");
        return ExitCode.OK.code();
    }

    private static SecretStore keystore(Instance cluster) {
        return new SecretStore(cluster.platform());
    }

    private Secret read(String name, Path file) throws IOException {
        if (file != null) {
            require(
                    Files.isReadable(file),
                    "--file must be a file whose first line is the secret; " + file + " cannot be read");
            return new Secret(firstLine(Files.readAllBytes(file), file.toString()));
        }
        Console console = System.console();
        if (console != null) {
            char[] typed = console.readPassword("encrypt.%s: ", name);
            return new Secret(typed == null ? "" : new String(typed));
        }
        return new Secret(firstLine(System.in.readAllBytes(), "the input"));
    }

    private String firstLine(byte[] bytes, String source) {
        try {
            // Strictly: a secret in which characters were replaced would be another one.
            return StandardCharsets.UTF_8
                    .newDecoder()
                    .decode(ByteBuffer.wrap(bytes))
                    .toString()
                    .lines()
                    .findFirst()
                    .orElse("");
        } catch (CharacterCodingException e) {
            throw new ParameterException(spec.commandLine(), source + " is not text in UTF-8; nothing was changed", e);
        }
    }

    /** The files of settings that name a secret. */
    private static List<Path> users(Path platform, String name) throws IOException {
        Pattern named =
                Pattern.compile(Pattern.quote(SecretStore.PREFIX + name) + "(?![a-z0-9._-])", Pattern.CASE_INSENSITIVE);
        try (Stream<Path> files = Files.walk(platform)) {
            List<Path> settings = files.filter(file -> file.toString().endsWith(".json"))
                    .sorted()
                    .toList();
            return settings.stream().filter(file -> contains(file, named)).toList();
        }
    }

    private static boolean contains(Path file, Pattern named) {
        try {
            return named.matcher(Files.readString(file)).find();
        } catch (IOException e) {
            throw new UncheckedIOException(file + " cannot be read", e);
        }
    }

    private void require(boolean met, String problem) {
        if (!met) {
            throw new ParameterException(spec.commandLine(), problem);
        }
    }
}
