package org.steadfast.installer;

import com.izforge.izpack.api.event.AbstractUninstallerListener;
import com.izforge.izpack.api.event.ProgressListener;
import com.izforge.izpack.api.exception.IzPackException;
import java.io.File;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;

/** Keeps the uninstaller from taking the programs away from nodes that run. */
public final class UninstallGuard extends AbstractUninstallerListener {
    private static final Path SCRIPT = Path.of("bin", "steadfast");

    @Override
    public void beforeDelete(List<File> files, ProgressListener listener) {
        for (File file : files) {
            Path path = file.toPath().toAbsolutePath().normalize();
            if (path.endsWith(SCRIPT)) {
                requireIdle(path.getParent().getParent());
            }
        }
    }

    private static void requireIdle(Path home) {
        try {
            List<Long> processes = HomeInUse.processes(home);
            if (!processes.isEmpty()) {
                throw new IzPackException("nodes run from " + home + ", as processes " + processes
                        + "; stop them with bin/cluster stop. Nothing was removed.");
            }
        } catch (IOException e) {
            throw new IzPackException("it cannot be told whether nodes run from " + home + ". Nothing was removed.", e);
        }
    }
}
