package org.steadfast.distribution.balancer;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.steadfast.coordination.chassis.ExitCode;
import org.steadfast.distribution.CommandLineResult;

class HaproxyCommandTest {
    private static final String TEMPLATE = "--template=" + Path.of("src/main/home/templates/haproxy.cfg");

    @TempDir
    private Path folder;

    private static final List<String> NODES =
            List.of("--foundation-node=f1=10.0.0.1:8080", "--connection-server=c1=10.0.0.3:8443");

    private static CommandLineResult run(String... options) {
        return run(List.of(), options);
    }

    private static CommandLineResult run(List<String> first, String... options) {
        List<String> words = new ArrayList<>(List.of("haproxy", TEMPLATE));
        words.addAll(first);
        words.addAll(List.of(options));
        return CommandLineResult.of(words.toArray(String[]::new));
    }

    @Test
    void namesTheNodesThatItIsGiven() {
        CommandLineResult result = run(
                "--foundation-node=f1=10.0.0.1:8080",
                "--foundation-node=f2=10.0.0.2:8080",
                "--connection-server=c1=gate.example:8443",
                "--rest=10.0.0.9:80");

        assertThat(result.status()).isZero();
        assertThat(result.out())
                .contains("  server f1 10.0.0.1:8080 cookie f1\n  server f2 10.0.0.2:8080 cookie f2\n")
                .contains("  server c1 gate.example:8443\n")
                .contains("  bind 10.0.0.9:80\n")
                .contains("  bind :9443\n")
                .doesNotContain("{{");
    }

    @Test
    void takesTheNodesOfAClusterOnThisMachine() {
        Path instance = folder.resolve("instance");
        assertThat(CommandLineResult.of("cluster", "create", "--instance=" + instance, "--free-ports")
                        .status())
                .isZero();
        CommandLineResult result = run("--instance=" + instance);

        assertThat(result.status()).isZero();
        assertThat(result.out().lines().filter(line -> line.startsWith("  server ")))
                .hasSize(4)
                .anyMatch(line -> line.startsWith("  server foundation2 127.0.0.1:"))
                .anyMatch(line -> line.startsWith("  server connection1 127.0.0.1:"));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "f1",
                "f1=10.0.0.1",
                "f-1=10.0.0.1:80",
                "f1=a b:80",
                "f1=10.0.0.1:80\n  server x y:1",
                "f1=10.0.0.1:80,",
                "f1=10.0.0.1:80,a b"
            })
    void refusesWhatIsNoNode(String node) {
        CommandLineResult result = run("--foundation-node=" + node, "--connection-server=c1=10.0.0.1:8443");

        assertThat(result.status()).isEqualTo(ExitCode.USAGE.code());
        assertThat(result.errors()).contains("--foundation-node", "foundation1=10.0.0.1:8080");
        assertThat(result.out()).isEmpty();
    }

    @Test
    void tellsAMonitorWhetherThereAreServers() {
        assertThat(run(NODES).out())
                .contains("  bind 127.0.0.1:9081\n")
                .contains("  monitor fail if { nbsrv(foundation-nodes) eq 0 } or { nbsrv(connection-servers) eq 0 }");
        assertThat(run(NODES, "--monitor=10.0.0.7:9000").out()).contains("  bind 10.0.0.7:9000\n");
    }

    @Test
    void saysItselfWhereUsersComeFrom() {
        assertThat(run(NODES).out())
                .as("what clients make up goes before HAProxy adds what it sees")
                .contains("  http-request del-header X-Forwarded-For\n  option forwardfor\n")
                .contains("  http-request set-header X-Forwarded-Proto http\n");
    }

    @Test
    void saysToConnectionServersAloneWhereDevicesComeFrom() {
        for (String more : new String[] {"--rest=:80", "--devices-certificate=/etc/haproxy/devices.pem"}) {
            assertThat(run(NODES, "--proxy-protocol", more)
                            .out()
                            .lines()
                            .filter(line -> line.contains(" send-proxy-v2")))
                    .isNotEmpty()
                    .allMatch(line -> line.startsWith("  server c"));
        }
    }

    @Test
    void speaksPlainWhereNothingElseIsSaid() {
        CommandLineResult result = run(NODES);

        assertThat(result.status()).isZero();
        assertThat(result.out()).doesNotContain("ssl", "verify", "plain-rest", "send-proxy", "{{");
    }

    @Test
    void checksTheNamesOfNodesAndPassesDevicesOnAsTheyAre() {
        CommandLineResult result = run(
                "--foundation-node=f1=node1.example:8443",
                "--connection-server=c1=10.0.0.3:8443,gate1.example",
                "--backend-ca=/etc/haproxy/authority.pem");

        assertThat(result.status()).isZero();
        assertThat(result.out())
                .contains("  default-server ssl check-ssl verify required ca-file /etc/haproxy/authority.pem\n"
                        + "  server f1 node1.example:8443 cookie f1 sni str(node1.example) verifyhost node1.example"
                        + " check-sni node1.example\n")
                .contains("  default-server check-ssl verify required ca-file /etc/haproxy/authority.pem\n"
                        + "  server c1 10.0.0.3:8443 verifyhost gate1.example check-sni gate1.example\n")
                .contains("  bind :9080\n", "  bind :9443\n");
    }

    @Test
    void speaksTlsWithUsersAndDevices() {
        CommandLineResult result = run(
                "--foundation-node=f1=node1.example:8443",
                "--connection-server=c1=gate1.example:8443",
                "--backend-ca=/etc/haproxy/authority.pem",
                "--rest=:443",
                "--rest-certificate=/etc/haproxy/site.pem",
                "--devices-certificate=/etc/haproxy/devices.pem");

        assertThat(result.status()).isZero();
        assertThat(result.out())
                .contains("  bind :443 ssl crt /etc/haproxy/site.pem ssl-min-ver TLSv1.2\n")
                .contains("  http-request set-header X-Forwarded-Proto https\n")
                .contains("  bind :9443 ssl crt /etc/haproxy/devices.pem ssl-min-ver TLSv1.2\n")
                .contains("  server c1 gate1.example:8443 sni str(gate1.example) verifyhost gate1.example"
                        + " check-sni gate1.example\n");
        assertThat(result.out()
                        .lines()
                        .filter(line -> line.startsWith("  default-server ssl check-ssl verify required")))
                .hasSize(2);
    }

    @Test
    void saysToUsersWhoSpeakPlainWhereToGo() {
        String certificate = "--rest-certificate=/etc/haproxy/site.pem";
        assertThat(run(NODES, "--rest=:443", certificate, "--redirect-plain=:80")
                        .out())
                .contains("  bind :80\n", ":443%[capture.req.uri] code 308\n")
                .doesNotContain("status 403");
        assertThat(run(NODES, "--rest=:443", certificate, "--refuse-plain=:80").out())
                .contains("  bind :80\n", "status 403", "Speak https to port 443.")
                .doesNotContain("redirect location");
    }

    @ParameterizedTest
    @ValueSource(strings = {"--redirect-plain=:80", "--refuse-plain=:80"})
    void refusesToTurnPlainUsersAwayFromPlainHttp(String option) {
        assertRefused(run(NODES, option), option.replace("=:80", ""), "--rest-certificate");
    }

    @Test
    void refusesNodesWhoseNamesItCannotCheck() {
        CommandLineResult result = run(
                "--foundation-node=f1=node1.example:8443",
                "--connection-server=c1=10.0.0.3:8443",
                "--backend-ca=/etc/haproxy/authority.pem");
        assertRefused(result, "--backend-ca", "--connection-server c1=10.0.0.3:8443,NAME");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "--rest=9080",
                "--rest=:70000",
                "--devices=:0",
                "--monitor=a b:1",
                "--rest=:80 accept-proxy",
                "--backend-ca=ca.pem",
                "--rest-certificate=/a b",
                "--devices-certificate=/a\n"
            })
    void refusesWhatCannotStandInTheConfiguration(String option) {
        assertRefused(run(NODES, option), option.substring(0, option.indexOf('=')), "'");
    }

    /** One line says what is wrong; the usage follows. */
    private static void assertRefused(CommandLineResult result, String... words) {
        assertThat(result.status()).isEqualTo(ExitCode.USAGE.code());
        assertThat(result.errors().substring(0, result.errors().indexOf("Usage:")))
                .contains(words);
        assertThat(result.out()).isEmpty();
    }

    @Test
    void saysWhatIsMissing() {
        assertThat(run("--foundation-node=f1=10.0.0.1:80").status()).isEqualTo(ExitCode.USAGE.code());
        assertThat(run("--foundation-node=f1=10.0.0.1:80").errors()).contains("--connection-server");

        CommandLineResult nowhere = run("--instance=" + folder.resolve("nowhere"));
        assertThat(nowhere.status()).isEqualTo(ExitCode.STORAGE_UNUSABLE.code());
        assertThat(nowhere.errors()).contains("nowhere").hasLineCount(1);

        CommandLineResult template = CommandLineResult.of(
                "haproxy",
                "--template=" + folder.resolve("gone.cfg"),
                "--foundation-node=f1=10.0.0.1:80",
                "--connection-server=c1=10.0.0.1:8443");
        assertThat(template.status()).isEqualTo(ExitCode.USAGE.code());
        assertThat(template.errors()).contains("gone.cfg").hasLineCount(1);
        assertThat(Files.exists(folder.resolve("gone.cfg"))).isFalse();
    }
}
