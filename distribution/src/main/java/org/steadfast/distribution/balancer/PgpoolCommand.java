package org.steadfast.distribution.balancer;

import java.io.IOException;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.Callable;
import org.steadfast.distribution.rendering.Destination;
import org.steadfast.distribution.rendering.Template;
import picocli.CommandLine.Command;
import picocli.CommandLine.ITypeConverter;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** Prints the configuration of a Pgpool-II for the servers of the database. */
@Command(
        name = "pgpool",
        mixinStandardHelpOptions = true,
        description =
                "Prints the configuration of a Pgpool-II that leads foundation nodes to whichever server of the database is the"
                        + " primary. The cluster decides who is.")
public final class PgpoolCommand implements Callable<Integer> {
    @Option(
            names = "--backend",
            paramLabel = "HOST:PORT",
            converter = ListenAddress.Converter.class,
            description = "A server of the database; one for each, the primary and all standbys.")
    private List<ListenAddress> backends = List.of();

    @Option(
            names = "--listen",
            paramLabel = "ADDRESS",
            defaultValue = "*:9999",
            converter = ListenAddress.Converter.class,
            description = "Where foundation nodes connect to. Default: ${DEFAULT-VALUE}.")
    private ListenAddress listen;

    @Option(
            names = "--connections",
            paramLabel = "NUMBER",
            defaultValue = "100",
            converter = ConnectionsConverter.class,
            description =
                    "Most connections at a time; at least maxPoolSize, the lanes and 4 more for each foundation node, and 8 more where"
                            + " history goes to InfluxDB."
                            + " Default: ${DEFAULT-VALUE}.")
    private int connections;

    @Option(
            names = "--database",
            paramLabel = "NAME",
            defaultValue = "thingworx",
            description = "The platform's database. Default: ${DEFAULT-VALUE}.")
    private String database;

    @Option(
            names = "--check-user",
            paramLabel = "ROLE",
            defaultValue = "steadfast_failover",
            description = "The role that servers are checked with. Default: ${DEFAULT-VALUE}.")
    private String checkUser;

    @Option(
            names = "--folder",
            paramLabel = "FOLDER",
            defaultValue = "/var/run/postgresql",
            converter = BalancerFile.Converter.class,
            description = "Where Pgpool-II has its sockets and its pid file. Default: ${DEFAULT-VALUE}.")
    private BalancerFile folder;

    @Option(
            names = "--template",
            paramLabel = "FILE",
            defaultValue = "${sys:steadfast.home}/templates/pgpool/pgpool.conf",
            description = "The template that is filled in. Default: that of this installation.")
    private Path template;

    @Mixin
    private Destination destination;

    @Spec
    private CommandSpec spec;

    @Override
    public Integer call() throws IOException {
        check();
        Map<String, String> words = new HashMap<>();
        words.put("host", listen.host().isEmpty() ? "*" : listen.host());
        words.put("port", Integer.toString(listen.port()));
        words.put("backends", lines());
        words.put("connections", Integer.toString(connections));
        words.put("database", database);
        words.put("check-user", checkUser);
        words.put("folder", folder.path());
        return new Template(template)
                .render(spec.commandLine(), words, destination)
                .code();
    }

    private void check() {
        if (backends.size() < 2) {
            throw wrong("--backend is needed twice at least: for the primary and for each standby");
        }
        Set<ListenAddress> different = new HashSet<>();
        for (ListenAddress backend : backends) {
            if (backend.host().isEmpty() || backend.host().equals("*")) {
                throw wrong("--backend: " + backend + " is no address to connect to; give one like db1:5432");
            }
            if (!different.add(backend)) {
                throw wrong("--backend: " + backend + " is named twice");
            }
        }
        for (String name : List.of(database, checkUser)) {
            if (!name.matches("[a-zA-Z0-9_.-]{1,63}")) {
                throw wrong("'" + name + "' is not a name of letters, digits and _.-");
            }
        }
    }

    private ParameterException wrong(String message) {
        return new ParameterException(spec.commandLine(), message);
    }

    private String lines() {
        StringBuilder lines = new StringBuilder();
        for (int i = 0; i < backends.size(); i++) {
            lines.append("backend_hostname%d = '%s'%n"
                            .formatted(i, backends.get(i).host()))
                    .append("backend_port%d = %d%n".formatted(i, backends.get(i).port()))
                    .append("backend_weight%d = 1%n".formatted(i))
                    .append("backend_flag%d = 'ALLOW_TO_FAILOVER'%n".formatted(i));
        }
        return lines.toString();
    }

    /** How many processes Pgpool-II starts. */
    static final class ConnectionsConverter implements ITypeConverter<Integer> {
        @Override
        public Integer convert(String text) {
            return new NumberRange(8, 10_000).read(text);
        }
    }
}
