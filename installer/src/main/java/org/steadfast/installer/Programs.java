package org.steadfast.installer;

import com.izforge.izpack.api.data.InstallData;
import com.izforge.izpack.api.data.Pack;
import com.izforge.izpack.api.data.PackFile;
import com.izforge.izpack.api.event.AbstractInstallerListener;
import com.izforge.izpack.api.event.ProgressListener;
import com.izforge.izpack.api.exception.IzPackException;
import com.izforge.izpack.installer.data.UninstallData;
import com.izforge.izpack.installer.data.UninstallDataWriter;
import java.io.File;
import java.io.IOException;
import java.io.StringWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Properties;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;

/**
 * What is done around the copying of the programs: files of an older version go, those that somebody edited stay, and the folder learns which
 * cluster and which Java it is for. Used by one thread.
 */
public final class Programs extends AbstractInstallerListener {
    private static final String ANSWERS = "conf/answers.properties";
    private static final List<String> HEAD = List.of(
            "# What was answered when Steadfast was installed, without passwords. The same installation again, with the passwords in the",
            "# environment variables STEADFAST_ADMINISTRATOR_PASSWORD, STEADFAST_DATABASE_PASSWORD and STEADFAST_TLS_PASSWORD:",
            "#   java -jar steadfast-setup.jar -language eng -options answers.properties",
            "# The cluster alone:",
            "#   cluster create --answers answers.properties");

    private final InstallData data;
    private final UninstallData removable;
    private final UninstallDataWriter uninstaller;
    private final Set<Path> installed = new TreeSet<>();
    private InstalledFiles before = InstalledFiles.none();

    /** izPack calls it. */
    public Programs(InstallData data, UninstallData removable, UninstallDataWriter uninstaller) {
        this.data = data;
        this.removable = removable;
        this.uninstaller = uninstaller;
    }

    private Path home() {
        return Path.of(data.getInstallPath()).toAbsolutePath().normalize();
    }

    @Override
    public boolean isFileListener() {
        return true;
    }

    @Override
    public void beforePacks(List<Pack> packs, ProgressListener listener) {
        try {
            before = InstalledFiles.read(home());
            before.write(home());
            for (String file : before.checksums().keySet()) {
                // izPack keeps these files where they are there; only those are to stay that somebody edited.
                if ((file.startsWith("conf/") || file.startsWith("templates/"))
                        && !file.equals(ANSWERS)
                        && before.isUntouched(home(), file)) {
                    Files.delete(home().resolve(file));
                }
            }
        } catch (IOException e) {
            throw new IzPackException("the folder of the programs " + home() + " cannot be made ready: " + e, e);
        }
    }

    @Override
    public void afterFile(File file, PackFile packed, Pack pack) {
        installed.add(file.toPath().toAbsolutePath().normalize());
    }

    @Override
    public void afterPacks(List<Pack> packs, ProgressListener listener) {
        try {
            Answers answers = new Answers(data);
            Files.createDirectories(home().resolve("conf"));
            Files.writeString(home().resolve("conf/instance"), answers.get(Answers.INSTANCE) + "\n");
            Files.writeString(home().resolve("conf/java"), System.getProperty("java.home") + "\n");
            if (!answers.isExistingCluster() || !Files.exists(home().resolve(ANSWERS))) {
                Files.writeString(home().resolve(ANSWERS), text(answers.all()));
            }
            installed.removeIf(file -> !Files.isRegularFile(file));
            for (String own : List.of("conf/instance", "conf/java", ANSWERS)) {
                installed.add(home().resolve(own));
                removable.addFile(home().resolve(own).toString(), true);
            }
            removable.addFile(home().resolve(InstalledFiles.LIST).toString(), true);
            InstalledFiles now = InstalledFiles.of(home(), installed);
            before.removeAllBut(home(), now);
            now.with(before, home()).write(home());
            // izPack writes it when all is done; where laying out or starting fails, it should be there as well.
            if (!uninstaller.write()) {
                throw new IOException("the uninstaller cannot be written");
            }
        } catch (IOException e) {
            throw new IzPackException("the folder of the programs " + home() + " cannot be finished: " + e, e);
        }
    }

    /** With everything escaped that a file of properties needs to have escaped. */
    private static String text(Map<String, String> answers) throws IOException {
        StringBuilder text = new StringBuilder(String.join("\n", HEAD)).append('\n');
        for (Map.Entry<String, String> answer : answers.entrySet()) {
            text.append(escaped(answer.getKey(), answer.getValue())).append('\n');
        }
        return text.toString();
    }

    private static String escaped(String name, String value) throws IOException {
        Properties one = new Properties();
        one.setProperty(name, value);
        StringWriter out = new StringWriter();
        one.store(out, null);
        String line =
                out.toString().lines().filter(each -> !each.startsWith("#")).collect(Collectors.joining());
        return line.chars()
                .mapToObj(character ->
                        character > 126 ? String.format("\\u%04x", character) : String.valueOf((char) character))
                .collect(Collectors.joining());
    }
}
