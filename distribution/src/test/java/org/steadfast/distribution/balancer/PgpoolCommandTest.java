package org.steadfast.distribution.balancer;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.steadfast.coordination.chassis.ExitCode;
import org.steadfast.distribution.CommandLineResult;

class PgpoolCommandTest {
    private static CommandLineResult run(String... options) {
        List<String> words = new ArrayList<>(
                List.of("pgpool", "--template=" + Path.of("src/main/home/templates/pgpool/pgpool.conf")));
        words.addAll(List.of(options));
        return CommandLineResult.of(words.toArray(String[]::new));
    }

    @Test
    void namesTheServersAndPromotesNobody() {
        CommandLineResult result =
                run("--backend=db1:5432", "--backend=10.0.0.2:5433", "--listen=:7000", "--connections=64");

        assertThat(result.status()).isZero();
        assertThat(result.out())
                .contains("backend_hostname0 = 'db1'\nbackend_port0 = 5432\n")
                .contains("backend_hostname1 = '10.0.0.2'\nbackend_port1 = 5433\n")
                .contains("listen_addresses = '*'\nport = 7000\n", "num_init_children = 64\n")
                .contains("failover_command = ''\n", "load_balance_mode = off\n", "sr_check_period = 0\n")
                .doesNotContain("{{");
    }

    @ParameterizedTest
    @CsvSource({
        "--backend=db1:5432, twice at least",
        "--backend=db1:5432 --backend=db1:5432, named twice",
        "--backend=db1:5432 --backend=:5432, no address",
        "--backend=db1:5432 --backend=db2, is not like",
        "--backend=db1:5432 --backend=db2:5432 --connections=1, from 8 to",
        "--backend=db1:5432 --backend=db2:5432 --database=a'b, is not a name"
    })
    void refusesWhatPgpoolWouldStumbleOver(String options, String reason) {
        CommandLineResult result = run(options.split(" "));

        assertThat(result.status()).isEqualTo(ExitCode.USAGE.code());
        assertThat(result.errors()).contains(reason);
        assertThat(result.out()).isEmpty();
    }
}
