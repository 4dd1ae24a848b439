package org.steadfast.distribution;

import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.charset.StandardCharsets;
import picocli.CommandLine;

/** What a command did: its exit status, and what it wrote. */
public record CommandLineResult(int status, String out, String errors) {
    /** Runs a command in this process. Nodes write to the process's own stderr, which is taken as well. */
    public static CommandLineResult of(String... arguments) {
        StringWriter out = new StringWriter();
        StringWriter errors = new StringWriter();
        ByteArrayOutputStream processErrors = new ByteArrayOutputStream();
        PrintStream before = System.err;
        System.setErr(new PrintStream(processErrors, true, StandardCharsets.UTF_8));
        try {
            CommandLine commands =
                    Steadfast.commandLine().setOut(new PrintWriter(out, true)).setErr(new PrintWriter(errors, true));
            int status = commands.execute(arguments);
            return new CommandLineResult(
                    status, out.toString(), errors + processErrors.toString(StandardCharsets.UTF_8));
        } finally {
            System.setErr(before);
        }
    }
}
