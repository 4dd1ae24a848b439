package org.steadfast.distribution.cluster;

import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.Properties;
import java.util.Stack;
import java.util.TreeMap;
import picocli.CommandLine.IParameterPreprocessor;
import picocli.CommandLine.Model.ArgSpec;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.ParameterException;

/** Puts the lines of a file of answers into the command line, as if they had been typed there. */
final class AnswersFile implements IParameterPreprocessor {
    /** What the installer asks and the cluster does not know. */
    private static final String OF_INSTALLER = "setup.";

    private static final String HOME = "INSTALL_PATH";

    @Override
    // The type is picocli's.
    @SuppressWarnings("JdkObsolete")
    public boolean preprocess(Stack<String> arguments, CommandSpec command, ArgSpec option, Map<String, Object> info) {
        if (arguments.isEmpty()) {
            return false;
        }
        String file = arguments.pop();
        read(Path.of(file), command).forEach((name, value) -> {
            if (ClusterAnswers.SECRETS.containsKey(name)) {
                throw new ParameterException(
                        command.commandLine(),
                        "--answers: " + file + " has " + name + ", which this command takes from "
                                + ClusterAnswers.SECRETS.get(name) + " in the environment or from --" + name
                                + "-file alone");
            }
            if (!command.optionsMap().containsKey("--" + name)) {
                throw new ParameterException(
                        command.commandLine(),
                        "--answers: " + file + " has " + name + ", which is no option of this command");
            }
            arguments.push("--" + name + "=" + value);
        });
        arguments.push(file);
        return false;
    }

    private static Map<String, String> read(Path file, CommandSpec command) {
        Properties properties = new Properties();
        // Other characters than those of ISO 8859-1 are written as backslash u00e4, as in every such file and for the
        // installer.
        try (InputStream in = Files.newInputStream(file)) {
            properties.load(in);
        } catch (IOException | IllegalArgumentException e) {
            throw new ParameterException(
                    command.commandLine(), "--answers must be a file of properties; " + file + " cannot be read: " + e);
        }
        Map<String, String> answers = new TreeMap<>();
        properties.stringPropertyNames().forEach(name -> answers.put(name, properties.getProperty(name)));
        return options(answers);
    }

    /** Those answers that are options, and say something. */
    static Map<String, String> options(Map<String, String> answers) {
        Map<String, String> options = new TreeMap<>(answers);
        options.keySet().removeIf(name -> name.equals(HOME) || name.startsWith(OF_INSTALLER));
        options.values().removeIf(String::isBlank);
        return options;
    }
}
