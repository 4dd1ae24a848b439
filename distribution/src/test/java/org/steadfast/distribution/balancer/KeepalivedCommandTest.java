package org.steadfast.distribution.balancer;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.steadfast.coordination.chassis.ExitCode;
import org.steadfast.distribution.CommandLineResult;

class KeepalivedCommandTest {
    private static final String TEMPLATE = "--template=" + Path.of("src/main/home/templates/keepalived.conf");
    private static final List<String> NEEDED =
            List.of("--address=10.0.0.9/24", "--interface=eth0", "--own=10.0.0.7", "--peer=10.0.0.8");

    private static CommandLineResult run(List<String> first, String... options) {
        List<String> words = new ArrayList<>(List.of("keepalived", TEMPLATE));
        words.addAll(first);
        words.addAll(List.of(options));
        return CommandLineResult.of(words.toArray(String[]::new));
    }

    @Test
    void speaksToThePeersThatItIsGiven() {
        CommandLineResult result = run(NEEDED, "--peer=10.0.0.6");

        assertThat(result.status()).isZero();
        assertThat(result.out())
                .contains("  interface eth0\n", "  virtual_router_id 51\n", "  priority 220\n", "  state BACKUP\n")
                .contains("    10.0.0.9/24 dev eth0\n")
                .contains("  unicast_src_ip 10.0.0.7\n")
                .contains("    10.0.0.8 min_ttl 255 max_ttl 255\n    10.0.0.6 min_ttl 255 max_ttl 255\n")
                .contains("  enable_script_security\n  script_user nobody\n")
                .contains("http://127.0.0.1:9081/ready\"")
                .contains("  track_script {\n    haproxy_answers\n    haproxy_has_servers\n  }\n")
                .doesNotContain("{{", "auth_");
    }

    @Test
    void speaksToAllOfTheNetworkWhereAsked() {
        CommandLineResult result = run(
                List.of("--address=10.0.0.9/24", "--interface=eth0"),
                "--multicast",
                "--router-id=7",
                "--priority=230",
                "--monitor=10.0.0.7:9000",
                "--script-user=checks");

        assertThat(result.status()).isZero();
        assertThat(result.out())
                .contains("  virtual_router_id 7\n", "  priority 230\n", "  script_user checks\n")
                .contains("http://10.0.0.7:9000/ready\"")
                .doesNotContain("unicast", "{{");
    }

    @Test
    void theChecksOutweighAnyDifferenceOfPrioritiesAndLeaveSome() {
        List<Integer> weights = run(NEEDED)
                .out()
                .lines()
                .filter(line -> line.startsWith("  weight "))
                .map(line -> Integer.valueOf(line.strip().split(" ", 2)[1]))
                .toList();
        assertThat(weights).hasSize(2).allMatch(weight -> -weight > 254 - 201);
        assertThat(201 + weights.stream().mapToInt(Integer::intValue).sum()).isPositive();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "10.0.0.9",
                "10.0.0.9/7",
                "10.0.0.9/33",
                "10.0.0.256/24",
                "10.0.0.0/24",
                "10.0.0.255/24",
                "127.0.0.1/8",
                "224.0.0.18/24",
                "virtual.example/24",
                "10.0.0.9/24 dev eth1"
            })
    void refusesWhatIsNoAddressForAMachine(String address) {
        assertRefused(
                run(List.of("--interface=eth0", "--own=10.0.0.7", "--peer=10.0.0.8"), "--address=" + address),
                "--address",
                address.startsWith("10.0.0.9/") && !address.contains("dev") ? "from 8 to 32" : "like 10.0.0.9/24");
    }

    @ParameterizedTest
    @CsvSource({
        "--router-id=0, 1 to 255",
        "--router-id=256, 1 to 255",
        "--router-id=one, 1 to 255",
        "--priority=200, 201 to 254",
        "--priority=255, 201 to 254",
        "--monitor=9081, 9080",
        "--monitor=:9081, 127.0.0.1:9081",
        "--script-user=No Body, nobody",
        "--peer=10.0.0, 10.0.0.7",
        "--peer=10.0.0.7, different",
        "--peer=10.0.0.8, different",
        "--peer=10.0.0.9, --address",
        "--multicast, --own",
    })
    void refusesWhatCannotBe(String option, String advice) {
        assertRefused(run(NEEDED, option), option.replaceAll("=.*", ""), advice);
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "a name", "eth0{", "an-interface-with-a-long-name", "-eth0"})
    void refusesWhatIsNoInterface(String name) {
        assertRefused(
                run(List.of("--address=10.0.0.9/24", "--multicast"), "--interface=" + name), "--interface", "eth0");
    }

    @Test
    void saysWhatIsMissing() {
        assertRefused(run(List.of()), "--address", "--interface");
        assertRefused(run(NEEDED.subList(0, 2)), "--own", "--peer", "--multicast");
        assertRefused(run(NEEDED.subList(0, 3)), "--own", "--peer", "--multicast");

        List<String> words = new ArrayList<>(List.of("keepalived", "--template=gone.conf"));
        words.addAll(NEEDED);
        CommandLineResult template = CommandLineResult.of(words.toArray(String[]::new));
        assertThat(template.status()).isEqualTo(ExitCode.USAGE.code());
        assertThat(template.errors()).contains("gone.conf").hasLineCount(1);
    }

    /** One line says what is wrong; the usage follows. */
    private static void assertRefused(CommandLineResult result, String... words) {
        assertThat(result.status()).isEqualTo(ExitCode.USAGE.code());
        String reason = result.errors().substring(0, result.errors().indexOf("Usage:"));
        assertThat(reason).contains(words).hasLineCount(1);
        assertThat(result.out()).isEmpty();
    }
}
