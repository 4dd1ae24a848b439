package org.steadfast.installer;

import com.izforge.izpack.api.data.InstallData;
import com.izforge.izpack.api.event.AbstractInstallerListener;
import java.nio.file.Path;

/** Says before the first question where things go if nobody chooses, which depends on who installs. */
public final class Defaults extends AbstractInstallerListener {
    private final InstallData data;

    /** izPack calls it. */
    public Defaults(InstallData data) {
        this.data = data;
    }

    @Override
    public void initialise() {
        boolean isRoot = "root".equals(System.getProperty("user.name"));
        Path own = Path.of(System.getProperty("user.home"), "steadfast");
        data.setDefaultInstallPath(
                isRoot ? "/opt/steadfast" : own.resolve("home").toString());
        data.setVariable(
                "setup.instance",
                isRoot ? "/srv/steadfast" : own.resolve("cluster").toString());
        // As root nothing should run for long: the unit is for a user of this name, who has to be made first.
        data.setVariable("setup.user", isRoot ? "steadfast" : System.getProperty("user.name"));
    }
}
