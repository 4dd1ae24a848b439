package org.steadfast.installer;

import java.awt.GraphicsEnvironment;
import java.io.IOException;
import java.lang.instrument.Instrumentation;
import java.nio.file.Path;
import javax.swing.JOptionPane;

/**
 * What happens before izPack's main class is run, in the installer and in the uninstaller: the manifest of both names this class as {@code
 * Launcher-Agent-Class}. It chooses the look and feel, for izPack knows some old ones by name and otherwise takes that of the system, which a
 * property says; and it keeps the uninstaller from taking the programs away from nodes that run, which izPack could only do where nobody hears it.
 */
public final class Launch {
    private static final String UNINSTALLER = "uninstaller.jar";

    private Launch() {}

    /** The virtual machine calls it. */
    public static void agentmain(String arguments, Instrumentation instrumentation) {
        System.setProperty("swing.systemlaf", SteadfastLookAndFeel.class.getName());
        System.setProperty("awt.useSystemAAFontSettings", "on");
        System.setProperty("swing.aatext", "true");
        Path jar =
                Path.of(System.getProperty("java.class.path")).toAbsolutePath().normalize();
        if (jar.endsWith(UNINSTALLER)) {
            requireIdle(jar.getParent().getParent());
        }
    }

    private static void requireIdle(Path home) {
        try {
            HomeInUse.obstacle(home).ifPresent(Launch::refuse);
        } catch (IOException e) {
            refuse("it cannot be told whether nodes run from " + home + ": " + e);
        }
    }

    private static void refuse(String why) {
        String message = "Nothing was removed: " + why;
        System.err.println("steadfast: " + message);
        if (!GraphicsEnvironment.isHeadless()) {
            JOptionPane.showMessageDialog(null, message, "Steadfast", JOptionPane.ERROR_MESSAGE);
        }
        System.exit(1);
    }
}
