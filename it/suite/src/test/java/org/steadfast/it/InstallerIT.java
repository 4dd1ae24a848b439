package org.steadfast.it;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
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

        Ended installed = setup.byAnswers(folder.path(), answers, Map.of());
        assertThat(installed.status()).as(installed.output()).isZero();
        assertThat(installed.output()).contains("The cluster is up").contains("127.0.0.1:" + restPort);
        Files.delete(folder.path().resolve("answers.properties"));
        assertThatNoFileHas("unmistakable");
        assertThat(Files.readString(home.resolve("conf/answers.properties")))
                .contains("rest-port=" + restPort)
                .contains("instance=" + instance());

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

        assertThat(cluster(home, "stop").status()).isZero();
        Path older = Files.writeString(home.resolve("lib/older-1.0.jar"), "of an older version");
        Path edited = home.resolve("conf/jvm/foundation-node.options");
        Files.writeString(edited, "# mine\n", StandardOpenOption.APPEND);

        Ended updated = setup.byAnswers(folder.path(), existing(answers), Map.of());
        assertThat(updated.status()).as(updated.output()).isZero();
        assertThat(updated.output()).contains("The cluster is up");
        assertThat(older).doesNotExist();
        assertThat(Files.readString(edited)).endsWith("# mine\n");
        assertThat(administrator(home).get("Things/Installed").status())
                .as("the data stays")
                .isEqualTo(200);

        Setup.uninstall(home, folder.path());
        assertThat(cluster(home, "status").status())
                .as("an uninstaller takes nothing from nodes that run")
                .isZero();

        assertThat(cluster(home, "stop").status()).isZero();
        assertThat(Setup.uninstall(home, folder.path()).status()).isZero();
        await().atMost(Duration.ofSeconds(60)).until(() -> !Files.exists(home.resolve("uninstaller")));
        assertThat(home).doesNotExist();
        assertThat(instance().resolve("cluster.json")).exists();
    }

    private static Map<String, String> existing(Map<String, String> answers) {
        Map<String, String> existing = new LinkedHashMap<>(answers);
        existing.put("setup.kind", "existing-cluster");
        existing.remove("administrator-password");
        return existing;
    }

    /** Whom the node takes somebody with the password for. */
    private String whoAmI() throws Exception {
        return Setup.run(
                        new ProcessBuilder(
                                "curl",
                                "-s",
                                "-u",
                                "Administrator:" + PASSWORD,
                                "-X",
                                "POST",
                                "-H",
                                "Content-Type: application/json",
                                "-H",
                                "Accept: application/json",
                                "http://127.0.0.1:" + restPort
                                        + "/Thingworx/Resources/CurrentSessionInfo/Services/GetCurrentUser"),
                        folder.path(),
                        "")
                .output();
    }

    private void assertThatNoFileHas(String secret) throws IOException {
        try (Stream<Path> files = Files.walk(folder.path())) {
            assertThat(files.filter(Files::isRegularFile).filter(Files::isReadable))
                    .isNotEmpty()
                    .noneSatisfy(file -> assertThat(Files.readString(file, StandardCharsets.ISO_8859_1))
                            .contains(secret));
        }
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
                "INSTALL_PATH=/etc | holds other files than those of Steadfast",
                "setup.kind=existing-cluster | there is no cluster in"
            })
    void anAnswerThatCannotBeEndsItBeforeAnythingIsWritten(String wrong, String told) throws Exception {
        try (ServerSocket taken = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            Map<String, String> answers = answers();
            for (String answer :
                    wrong.replace("TAKEN", String.valueOf(taken.getLocalPort())).split(",")) {
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
                        // Storage locations and the database as they are proposed.
                        "",
                        "",
                        "1",
                        "0",
                        "1",
                        // The address, the ports, the password, and that nothing is started.
                        "0",
                        String.valueOf(restPort),
                        String.valueOf(devicePort),
                        "1",
                        PASSWORD,
                        PASSWORD,
                        "1",
                        "0",
                        "1"));

        assertThat(installed.status()).as(installed.output()).isZero();
        assertThat(installed.output())
                .contains("Laid out 4 nodes in " + instance())
                .doesNotContain(PASSWORD);
        assertThat(cluster(home(), "check").output()).doesNotContain("FAIL");
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
            window.type("pathSelectionPanelPathTextField", "/etc");
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
            assertThat(window.value("storage"))
                    .isEqualTo(instance().resolve("ThingworxStorage").toString());
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
            assertThat(window.texts()).contains("http://127.0.0.1:" + restPort + "/Thingworx");
            window.paint("done");
            window.press("Done");
            assertThat(window.awaitEnd()).isZero();
        }
        assertThat(whoAmI()).contains("\"Administrator\"");
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
