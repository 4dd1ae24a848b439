package org.steadfast.installer;

import java.lang.instrument.Instrumentation;

/**
 * Chooses the look and feel before izPack's main class is run: izPack knows some old ones by name, and otherwise takes that of the system,
 * which this property says. The manifest names the class as {@code Launcher-Agent-Class}.
 */
public final class LookAndFeelAgent {
    private LookAndFeelAgent() {}

    /** The virtual machine calls it. */
    public static void agentmain(String arguments, Instrumentation instrumentation) {
        System.setProperty("swing.systemlaf", "org.steadfast.installer.SteadfastLookAndFeel");
        System.setProperty("awt.useSystemAAFontSettings", "on");
        System.setProperty("swing.aatext", "true");
    }
}
