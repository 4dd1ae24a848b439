package org.steadfast.installer;

import com.izforge.izpack.api.data.InstallData;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Collectors;

/** Refuses to install over a distribution whose nodes run, which would load classes of two versions, and where nothing can be written. */
public final class HomeValidator extends PanelValidator {
    @Override
    List<String> problems(InstallData data) throws IOException {
        Path home = Path.of(data.getInstallPath()).toAbsolutePath().normalize();
        Path existing = home;
        while (!Files.exists(existing)) {
            existing = existing.getParent();
        }
        if (!Files.isDirectory(existing) || !Files.isWritable(existing)) {
            return List.of(home + " cannot be written by " + System.getProperty("user.name") + ": " + existing
                    + (Files.isDirectory(existing) ? " is another user's" : " is no folder")
                    + "; choose another folder, or run the installer as a user who may");
        }
        List<Long> processes = HomeInUse.processes(home);
        return processes.isEmpty()
                ? List.of()
                : List.of("nodes run from " + home + ", as processes "
                        + processes.stream().map(String::valueOf).collect(Collectors.joining(", "))
                        + "; stop them with bin/cluster stop, or install into another folder");
    }
}
