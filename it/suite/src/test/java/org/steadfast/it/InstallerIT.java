package org.steadfast.it;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.security.MessageDigest;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HexFormat;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import java.util.zip.ZipEntry;
import java.util.zip.ZipFile;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.steadfast.it.harness.RestClient;
import org.steadfast.it.harness.TemporaryFolder;
import org.steadfast.it.installer.Screen;
import org.steadfast.it.installer.Setup;
import org.steadfast.it.installer.Setup.Ended;
import org.steadfast.it.installer.SetupWindow;
import org.steadfast.protocol.json.Json;

/** Installs Steadfast as people do, uses what was installed, updates it and removes it. */
final class InstallerIT {
    private static final String PASSWORD = "unmistakable $HOME battery";
    private static final Duration INSTALLING = Duration.ofMinutes(4);

    private final Setup setup = Setup.built();
    private final List<Path> homes = new ArrayList<>();
    private TemporaryFolder folder;
    private int restPort;
    private int devicePort;

    @BeforeEach
    void prepare() throws IOException {
        folder = TemporaryFolder.create();
        restPort = freePort();
        devicePort = freePort();
    }

    @AfterEach
    void remove() throws Exception {
        for (Path home : homes) {
            if (Files.exists(home.resolve("bin/cluster"))) {
                cluster(home, "stop");
            }
        }
        folder.close();
    }

    private static int freePort() throws IOException {
        try (ServerSocket socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            return socket.getLocalPort();
        }
    }

    private Path home() {
        Path home = folder.path().resolve("the programs/steadfast");
        homes.add(home);
        return home;
    }

    private Path instance() {
        return folder.path().resolve("the data/cluster");
    }

    private Map<String, String> answers() {
        Map<String, String> answers = new LinkedHashMap<>();
        answers.put("INSTALL_PATH", home().toString());
        answers.put("setup.kind", "one-machine");
        answers.put("setup.start", "false");
        answers.put("instance", instance().toString());
        answers.put("foundation-nodes", "1");
        answers.put("connection-servers", "1");
        answers.put("rest-port", String.valueOf(restPort));
        answers.put("device-port", String.valueOf(devicePort));
        answers.put("administrator-password", PASSWORD);
        return answers;
    }

    private Ended cluster(Path home, String... arguments) throws Exception {
        List<String> command =
                new ArrayList<>(List.of(home.resolve("bin/cluster").toString()));
        command.addAll(List.of(arguments));
        return Setup.run(new ProcessBuilder(command), folder.path(), "");
    }

    private RestClient administrator(Path home) throws Exception {
        String key = cluster(home, "key").output().strip();
        return new RestClient("127.0.0.1:" + restPort, key, Duration.ofSeconds(10));
    }

    @Test
    void whatIsInstalledByAFileRunsIsUpdatedAndIsRemoved() throws Exception {
        Path home = home();
        Map<String, String> answers = answers();
        answers.put("setup.start", "true");
        answers.remove("administrator-password");

        Ended installed = setup.byAnswers(folder.path(), answers, Map.of("STEADFAST_ADMINISTRATOR_PASSWORD", PASSWORD));
        assertThat(installed.status()).as(installed.output()).isZero();
        assertThat(installed.output()).contains("The cluster is up").contains("127.0.0.1:" + restPort);
        assertThatNoFileHas("unmistakable");
        assertThatNoProcessHas("unmistakable");
        assertThat(Files.readString(home.resolve("conf/answers.properties")))
                .contains("rest-port=" + restPort)
                .contains("instance=" + instance());

        assertThatHaproxyTakesItsFile();
        Path operations = instance().resolve("operations");
        assertThat(operations.resolve("steadfast.service"))
                .content()
                .contains("User=" + (isRoot() ? "steadfast" : System.getProperty("user.name")))
                .contains(home.resolve("bin/steadfast").toString());

        RestClient byKey = administrator(home);
        assertThat(byKey.post(
                                "Resources/EntityServices/Services/CreateThing",
                                "{\"name\":\"Installed\",\"thingTemplateName\":\"GenericThing\"}")
                        .status())
                .isEqualTo(200);
        assertThat(whoAmI()).contains("\"Administrator\"");

        Ended onTop = setup.byAnswers(folder.path(), existing(answers), Map.of());
        assertThat(onTop.status()).isEqualTo(1);
        assertThat(onTop.output()).contains("nodes run from " + home);
        assertThat(cluster(home, "status").status()).isZero();
        Map<String, String> beside = existing(answers);
        beside.put("INSTALL_PATH", folder.path().resolve("other programs").toString());
        Ended other = setup.byAnswers(folder.path(), beside, Map.of());
        assertThat(other.status()).isEqualTo(1);
        assertThat(other.output())
                .contains("nothing was restarted, it is not safe: foundation1 is the only foundation-node");
        Path otherHome = folder.path().resolve("other programs");
        assertThat(cluster(otherHome, "status").status())
                .as("they know the cluster, and its nodes run on")
                .isZero();
        assertThat(Setup.uninstall(otherHome, folder.path()).status()).isZero();
        await().atMost(Duration.ofSeconds(60)).until(() -> !Files.exists(otherHome.resolve("uninstaller")));

        assertThat(cluster(home, "stop").status()).isZero();
        Path older = Files.writeString(home.resolve("lib/older-1.0.jar"), "of an older version");
        Files.writeString(
                home.resolve("conf/installed-files"),
                sha256("of an older version") + " lib/older-1.0.jar\n",
                StandardOpenOption.APPEND);
        Path mine = Files.writeString(home.resolve("lib/mine.jar"), "of nobody's version");
        String answered = Files.readString(home.resolve("conf/answers.properties"));
        Path edited = home.resolve("conf/jvm/foundation-node.options");
        Files.writeString(edited, "# mine\n", StandardOpenOption.APPEND);

        Ended updated = setup.byAnswers(folder.path(), existing(answers), Map.of());
        assertThat(updated.status()).as(updated.output()).isZero();
        assertThat(updated.output()).contains("The cluster is up");
        assertThat(older).doesNotExist();
        assertThat(mine).exists();
        assertThat(home.resolve("conf/answers.properties")).hasContent(answered);
        assertThat(Files.readString(edited)).endsWith("# mine\n");
        assertThat(administrator(home).get("Things/Installed").status())
                .as("the data stays")
                .isEqualTo(200);

        Ended refused = Setup.uninstall(home, folder.path());
        assertThat(refused.status()).isEqualTo(1);
        assertThat(refused.output()).contains("Nothing was removed: nodes run from " + home);

        assertThat(cluster(home, "stop").status()).isZero();
        assertThat(Setup.uninstall(home, folder.path()).status()).isZero();
        await().atMost(Duration.ofSeconds(60)).until(() -> !Files.exists(home.resolve("uninstaller")));
        await().atMost(Duration.ofSeconds(60)).until(() -> !Files.exists(home.resolve("bin")));
        assertThat(files(home)).as("what somebody else put there stays").containsExactly("lib/mine.jar");
        assertThat(instance().resolve("cluster.json")).exists();
    }

    private void assertThatHaproxyTakesItsFile() throws Exception {
        Path file = instance().resolve("operations/haproxy.cfg");
        Ended checked = Setup.run(new ProcessBuilder("haproxy", "-c", "-f", file.toString()), folder.path(), "");
        assertThat(checked.status()).as(checked.output()).isZero();
    }

    private static boolean isRoot() {
        return "root".equals(System.getProperty("user.name"));
    }

    private static Map<String, String> existing(Map<String, String> answers) {
        Map<String, String> existing = new LinkedHashMap<>(answers);
        existing.put("setup.kind", "existing-cluster");
        existing.remove("administrator-password");
        return existing;
    }

    /** Whom the node takes somebody with the password for. */
    private String whoAmI() throws Exception {
        return whoAmI("http://127.0.0.1:" + restPort);
    }

    /** @param words of curl; the last one is the address of the node */
    private String whoAmI(String... words) throws Exception {
        List<String> command = new ArrayList<>(List.of("curl", "-s", "-u", "Administrator:" + PASSWORD, "-X", "POST"));
        command.addAll(List.of("-H", "Content-Type: application/json", "-H", "Accept: application/json"));
        command.addAll(List.of(words));
        command.set(
                command.size() - 1,
                words[words.length - 1] + "/Thingworx/Resources/CurrentSessionInfo/Services/GetCurrentUser");
        return Setup.run(new ProcessBuilder(command), folder.path(), "").output();
    }

    private static Set<String> files(Path folder) throws IOException {
        try (Stream<Path> files = Files.walk(folder)) {
            return files.filter(Files::isRegularFile)
                    .map(file -> folder.relativize(file).toString())
                    .collect(Collectors.toCollection(TreeSet::new));
        }
    }

    private static Path onlyFile(Path folder, String begin) throws IOException {
        try (Stream<Path> files = Files.list(folder)) {
            return files.filter(file -> file.getFileName().toString().startsWith(begin))
                    .findFirst()
                    .orElseThrow();
        }
    }

    private static String sha256(String text) throws Exception {
        return HexFormat.of()
                .formatHex(MessageDigest.getInstance("SHA-256").digest(text.getBytes(StandardCharsets.UTF_8)));
    }

    private void assertThatNoFileHas(String secret) throws IOException {
        assertThat(files(folder.path())).isNotEmpty().noneSatisfy(file -> {
            Path path = folder.path().resolve(file);
            assertThat(path.toString().endsWith("uninstaller.jar") ? unpacked(path) : text(path))
                    .contains(secret);
        });
    }

    private static String text(Path file) throws IOException {
        return Files.readString(file, StandardCharsets.ISO_8859_1);
    }

    private static String unpacked(Path archive) throws IOException {
        StringBuilder text = new StringBuilder();
        try (ZipFile zip = new ZipFile(archive.toFile())) {
            for (ZipEntry entry : Collections.list(zip.entries())) {
                try (var in = zip.getInputStream(entry)) {
                    text.append(new String(in.readAllBytes(), StandardCharsets.ISO_8859_1));
                }
            }
        }
        return text.toString();
    }

    /** Neither in the command line nor in the environment of what runs from the programs. */
    private void assertThatNoProcessHas(String secret) throws Exception {
        String status = cluster(home(), "status", "--json").output();
        List<Path> processes = new ArrayList<>();
        for (JsonNode node : Json.read(status).findValues("process")) {
            processes.add(Path.of("/proc", node.asText()));
        }
        assertThat(processes).hasSize(4);
        for (Path process : processes) {
            assertThat(text(process.resolve("environ"))).doesNotContain(secret);
            assertThat(text(process.resolve("cmdline"))).doesNotContain(secret);
        }
    }

    @Test
    void whatBrokeOffCanBeTakenUpAgainOrRemoved() throws Exception {
        Map<String, String> noJava = Map.of("JAVA_HOME", "/nowhere");
        Ended broken = setup.byAnswers(folder.path(), answers(), noJava);
        assertThat(broken.status()).isEqualTo(1);
        assertThat(broken.output()).contains("no Java found");
        assertThat(home().resolve("uninstaller/uninstaller.jar")).exists();
        assertThat(instance()).doesNotExist();

        Ended again = setup.byAnswers(folder.path(), answers(), Map.of());
        assertThat(again.status()).as(again.output()).isZero();
        assertThat(again.output()).contains("Laid out 4 nodes");

        // An update that breaks off while it copies: a folder is where a file should go.
        Path home = home();
        Files.writeString(home.resolve("lib/older-1.0.jar"), "of an older version");
        Files.writeString(
                home.resolve("conf/installed-files"),
                sha256("of an older version") + " lib/older-1.0.jar\n",
                StandardOpenOption.APPEND);
        Path jar = onlyFile(home.resolve("lib"), "zookeeper-jute-");
        Files.delete(jar);
        Files.createDirectories(jar.resolve("in the way"));
        assertThat(setup.byAnswers(folder.path(), existing(answers()), Map.of()).status())
                .isNotZero();

        Files.delete(jar.resolve("in the way"));
        Files.delete(jar);
        Map<String, String> update = existing(answers());
        update.put("setup.start", "false");
        Ended updated = setup.byAnswers(folder.path(), update, Map.of());
        assertThat(updated.status()).as(updated.output()).isZero();
        assertThat(home.resolve("lib/older-1.0.jar"))
                .as("what was known to be installed is known after it broke off")
                .doesNotExist();
        assertThat(jar).isRegularFile();
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "setup.kind=cluster | setup.kind must be one of one-machine, several-machines, existing-cluster",
                "coordinators=2 | must be 1, or an odd number from 3 on, not 2",
                "rest-port=http | is not an int",
                "rest-port=70000 | must be 1 to 65535, not 70000",
                "rest-port=TAKEN | it cannot be opened",
                "listen=198.51.100.7 | 198.51.100.7 is no address of this machine",
                "administrator-password=short | 12 to 512 characters",
                "administrator-password= | is missing",
                "setup.database=own,database-url=jdbc:postgresql://127.0.0.1:TAKEN/x,database-password=x | the schema's version cannot be read",
                "setup.database=own,database-url=jdbc:postgresql://127.0.0.1:TAKEN/x | is missing; it is that of the role",
                "instance=/proc/cluster | cannot be written by",
                "INSTALL_PATH=/proc/steadfast | cannot be written by",
                "INSTALL_PATH=FOREIGN | holds other files than those of an installation",
                "INSTALL_PATH=home | must be named in full",
                "instance=HOME/lib/cluster | may not lie in it",
                "instance= | instance is missing",
                "tls=yes | tls must be one of off, generated, own",
                "tls=own,tls-certificate=/no/such/file | needs tls-password with the password of that file",
                "tls-names=plant.example | does not go with setup.kind=one-machine and setup.database=embedded and tls=off",
                "rest-prot=8080 | rest-prot is no answer of this installer",
                "setup.start=maybe | setup.start must be one of true, false",
                "database-url=jdbc:postgresql://a/b | does not go with setup.kind=one-machine and setup.database=embedded",
                "setup.kind=several-machines,rest-port=,device-port= | must be the addresses of machines",
                "setup.kind=existing-cluster | there is no cluster in"
            })
    void anAnswerThatCannotBeEndsItBeforeAnythingIsWritten(String wrong, String told) throws Exception {
        try (ServerSocket taken = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            Map<String, String> answers = answers();
            Path foreign = Files.createDirectories(folder.path().resolve("foreign/bin"));
            Files.writeString(foreign.resolve("steadfast"), "of somebody else");
            String all = wrong.replace("TAKEN", String.valueOf(taken.getLocalPort()))
                    .replace("FOREIGN", foreign.getParent().toString())
                    .replace("HOME", home().toString());
            for (String answer : all.split(",")) {
                String[] parts = answer.split("=", 2);
                answers.put(parts[0], parts[1]);
            }

            Ended refused = setup.byAnswers(folder.path(), answers, Map.of());

            assertThat(refused.output().replaceAll("\\s+", " ")).contains(told);
            assertThat(refused.status()).isEqualTo(1);
            assertThat(folder.path().resolve("the programs")).doesNotExist();
            assertThat(folder.path().resolve("the data")).doesNotExist();
        }
    }

    @Test
    void passwordsMayComeFromTheEnvironment() throws Exception {
        Map<String, String> answers = answers();
        answers.remove("administrator-password");

        Ended installed = setup.byAnswers(folder.path(), answers, Map.of("STEADFAST_ADMINISTRATOR_PASSWORD", PASSWORD));

        assertThat(installed.status()).as(installed.output()).isZero();
        assertThat(Files.readString(instance().resolve("ThingworxPlatform/platform-settings.json")))
                .contains("InitialPasswordHash");
    }

    @Test
    void aTerminalIsEnough() throws Exception {
        Ended installed = setup.byConsole(
                folder.path(),
                List.of(
                        // Welcome, the licence, the kind.
                        "1",
                        "1",
                        "0",
                        "1",
                        // The folder of the programs, the numbers of nodes, the folder of the cluster.
                        home().toString(),
                        "1",
                        "1",
                        "1",
                        "1",
                        "1",
                        instance().toString(),
                        "1",
                        // Storage locations and the database as they are proposed, and a further location.
                        "",
                        "",
                        "media=" + folder.path().resolve("media"),
                        "1",
                        "0",
                        "1",
                        // The address, the ports, no TLS, the password, and that nothing is started and no files are
                        // wanted.
                        "0",
                        String.valueOf(restPort),
                        String.valueOf(devicePort),
                        "1",
                        "0",
                        "1",
                        PASSWORD,
                        PASSWORD,
                        "1",
                        "0",
                        "0",
                        "1"));

        assertThat(installed.status()).as(installed.output()).isZero();
        assertThat(installed.output())
                .contains("Laid out 4 nodes in " + instance())
                .doesNotContain(PASSWORD);
        assertThat(folder.path().resolve("media")).isEmptyDirectory();
        assertThat(cluster(home(), "check").output()).doesNotContain("FAIL");

        try (Screen screen = Screen.open("1024x768");
                SetupWindow window =
                        SetupWindow.open(setup, screen, folder.path(), "eng", pictures("update"), List.of())) {
            window.await("Welcome");
            window.next("license agreement");
            window.click("LicenceYesRadio");
            window.next("What this machine is");
            window.press("is for a cluster that was laid out already: an update, or a further machine of it");
            window.next("Folder of the programs");
            window.type("pathSelectionPanelPathTextField", home().toString());
            window.next("This folder exists already");
            window.press("Yes");
            window.await("Settings and data of the cluster stay as they are");
            assertThat(window.value("instance"))
                    .as("an update is for the cluster that the programs are for")
                    .isEqualTo(instance().toString());
            window.paint("existing");
            window.next("Last question");
        }
    }

    @Test
    void theWindowAsksChecksInstallsAndStarts() throws Exception {
        Path home = home();
        try (Screen screen = Screen.open("1024x768");
                SetupWindow window =
                        SetupWindow.open(setup, screen, folder.path(), "eng", pictures("english"), List.of())) {
            window.await("Welcome");
            assertThat(window.size()).isEqualTo("860x620");
            window.paint("welcome");
            window.next("license agreement");
            window.press("I accept the terms of this license agreement.");
            window.paint("licence");
            window.next("What this machine is");
            window.paint("kind");
            window.next("Folder of the programs");
            Path foreign = Files.createDirectories(folder.path().resolve("foreign"));
            Files.writeString(foreign.resolve("file"), "of somebody else");
            window.type("pathSelectionPanelPathTextField", foreign.toString());
            window.next("This folder exists already");
            window.press("Yes");
            window.isRefused("holds other files");
            window.type("pathSelectionPanelPathTextField", home.toString());
            window.paint("home");
            window.next("How many nodes");
            assertThat(window.order())
                    .startsWith("foundation-nodes connection-servers coordinators")
                    .endsWith("prevButton nextButton quitButton");
            window.type("coordinators", "2");
            window.nextIsRefused("must be 1, or an odd number from 3 on, not 2");
            window.type("coordinators", "1");
            window.type("foundation-nodes", "1");
            window.type("connection-servers", "1");
            window.paint("nodes");
            window.next("Settings, keys and data");
            window.type("instance", instance().toString());
            window.paint("cluster");
            window.next("Storage locations");
            window.paint("storage");
            window.next("The embedded PostgreSQL");
            window.press("A PostgreSQL of your own, or several behind Pgpool-II");
            window.await("Role that owns the schema");
            window.type("database-url", "jdbc:postgresql://127.0.0.1:" + restPort + "/thingworx");
            window.nextIsRefused("is missing");
            window.type("database-password.1", "wrong");
            window.paint("database");
            window.nextIsRefused("the schema's version cannot be read");
            window.press("The embedded PostgreSQL");
            window.next("Where users and devices reach");
            window.type("rest-port", "99999999");
            window.nextIsRefused("must be 1 to 65535, not 99999999");
            window.type("rest-port", String.valueOf(restPort));
            window.type("device-port", String.valueOf(devicePort));
            window.paint("network");
            window.next("Whether users, devices and nodes speak TLS");
            window.press("TLS, by a certificate of your own");
            window.await("Password of that file");
            window.nextIsRefused("is missing");
            window.type("tls-certificate", "/etc/hostname");
            window.nextIsRefused("it must have one");
            window.type("tls-password.1", "wrong");
            window.paint("encryption own");
            window.nextIsRefused("must be a PKCS#12 file");
            window.press("TLS, by a certificate authority that the cluster makes for itself");
            window.await("Further names");
            window.type("tls-names", "plant.example,198.51.100.7");
            window.paint("encryption");
            window.next("Only a hash of it is kept");
            window.type("administrator-password.1", PASSWORD);
            window.nextIsRefused("The two passwords are not the same");
            window.type("administrator-password.2", PASSWORD);
            window.paint("administrator");
            window.next("Last question");
            window.paint("start");
            window.next("Nothing has been written so far");
            assertThat(window.texts())
                    .contains("Port for users: " + restPort)
                    .contains(home.toString())
                    .doesNotContain(PASSWORD)
                    .doesNotContain("jdbc:");
            assertThat(home).doesNotExist();
            assertThat(instance()).doesNotExist();
            window.paint("summary");
            window.next("Copying the programs");
            window.paint("copying");
            window.next("Laying out and starting", INSTALLING);
            window.await("The cluster is up", INSTALLING);
            window.paint("started");
            window.next("Steadfast is installed");
            assertThat(window.texts()).contains("https://127.0.0.1:" + restPort + "/Thingworx");
            window.paint("done");
            window.press("Done");
            assertThat(window.awaitEnd()).isZero();
        }
        Path authority = instance().resolve("ThingworxPlatform/tls/authority.pem");
        String user = "https://127.0.0.1:" + restPort;
        assertThat(whoAmI("--cacert", authority.toString(), user)).contains("\"Administrator\"");
        assertThat(whoAmI(
                        "--cacert",
                        authority.toString(),
                        "--connect-to",
                        "plant.example:" + restPort + ":127.0.0.1:" + restPort,
                        "https://plant.example:" + restPort))
                .contains("\"Administrator\"");
        assertThat(whoAmI(user)).as("whoever does not know the authority").doesNotContain("Administrator");
        assertThatHaproxyTakesItsFile();
        assertThat(home.resolve("uninstaller/uninstaller.jar")).exists();
    }

    @Test
    void theWindowSpeaksGermanAndCanBeReadAtTwiceTheSize() throws Exception {
        try (Screen screen = Screen.open("2048x1536");
                SetupWindow window = SetupWindow.open(
                        setup, screen, folder.path(), "deu", pictures("german"), List.of("-Dsun.java2d.uiScale=2"))) {
            window.await("Willkommen");
            window.paint("welcome");
            window.next("Lizenz");
            window.click("LicenceYesRadio");
            window.next("Was dieser Rechner ist");
            window.press("ist der erste von mehreren: den Cluster anlegen");
            window.paint("kind");
            window.next("Ordner der Programme");
            window.type("pathSelectionPanelPathTextField", home().toString());
            window.next("Die Adresse des Rechners jedes Knotens");
            window.type("coordinators", "198.51.100.1");
            window.type("foundation-nodes", "198.51.100.1,198.51.100.2");
            window.nextIsRefused("\u201cVerbindungsserver\u201d");
            window.type("connection-servers", "198.51.100.1,198.51.100.2");
            window.paint("machines");
            window.next("Alle seine Rechner");
            window.type("instance", instance().toString());
            window.next("Eigene Dateien jedes Rechners");
            window.paint("storage");
            window.next("Das eingebaute PostgreSQL");
            window.await("Rechner, auf dem es läuft");
            window.nextIsRefused("\u201cRechner, auf dem es läuft\u201d");
            window.type("database-machine", "198.51.100.1");
            window.paint("database");
            window.next("Ob Benutzer, Geräte und Knoten TLS sprechen");
            window.press("TLS, mit einem eigenen Zertifikat");
            window.await("Passwort dieser Datei");
            window.paint("encryption");
            window.press("Kein TLS");
            window.next("Nur ein Hash davon");
            window.paint("administrator");
        }
        assertThat(instance()).doesNotExist();
    }

    private static Path pictures(String name) {
        return Path.of(System.getProperty("steadfast.screens", "it/suite/target/installer-screens"))
                .resolve(name)
                .toAbsolutePath();
    }
}
