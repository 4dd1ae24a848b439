package org.steadfast.distribution;

import java.io.PrintWriter;
import org.steadfast.coordination.settings.SettingsReference;
import org.steadfast.distribution.node.SettingsSections;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Spec;

/** Prints the reference page of all settings. */
@Command(
        name = "settings-reference",
        mixinStandardHelpOptions = true,
        description = "Prints the reference page of all settings, in Markdown.")
public final class SettingsReferenceCommand implements Runnable {
    @Spec
    private CommandSpec spec;

    @Override
    public void run() {
        PrintWriter out = spec.commandLine().getOut();
        out.print(SettingsReference.markdown(SettingsSections.all()));
        out.flush();
    }
}
