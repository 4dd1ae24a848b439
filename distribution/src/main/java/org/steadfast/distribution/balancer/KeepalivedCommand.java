package org.steadfast.distribution.balancer;

import java.io.IOException;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.Callable;
import java.util.regex.Pattern;
import org.steadfast.distribution.rendering.Destination;
import org.steadfast.distribution.rendering.Template;
import picocli.CommandLine.Command;
import picocli.CommandLine.ITypeConverter;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;
import picocli.CommandLine.TypeConversionException;

/** Prints the configuration of the keepalived of one load balancer's machine. */
@Command(
        name = "keepalived",
        mixinStandardHelpOptions = true,
        description =
                "Prints the configuration of a keepalived, by which one of several machines with HAProxy has the address that"
                        + " users and devices connect to. Each machine has its own.")
public final class KeepalivedCommand implements Callable<Integer> {
    /** The checks take 60 each; no difference between two machines' priorities may outweigh one, nor may they fall below 1. */
    private static final NumberRange PRIORITIES = new NumberRange(201, 254);

    @Option(
            names = "--address",
            paramLabel = "ADDRESS/PREFIX",
            converter = VirtualAddress.Converter.class,
            description = "The address that goes from one machine to another, such as 10.0.0.9/24. IPv4.")
    private VirtualAddress address;

    @Option(
            names = "--interface",
            paramLabel = "NAME",
            converter = InterfaceConverter.class,
            description = "The network interface that gets it, such as eth0.")
    private String networkInterface;

    @Option(
            names = "--own",
            paramLabel = "ADDRESS",
            converter = Ipv4Address.Converter.class,
            description = "This machine's own address.")
    private Ipv4Address own;

    @Option(
            names = "--peer",
            paramLabel = "ADDRESS",
            converter = Ipv4Address.Converter.class,
            description = "Another load balancer's own address; may be repeated.")
    private List<Ipv4Address> peers = List.of();

    @Option(names = "--multicast", description = "Speak to all of the network instead of to each --peer.")
    private boolean multicast;

    @Option(
            names = "--router-id",
            paramLabel = "NUMBER",
            defaultValue = "51",
            converter = RouterIdConverter.class,
            description =
                    "From 1 to 255: the same on all machines of one address, another for each other address in the network."
                            + " Default: ${DEFAULT-VALUE}.")
    private int routerId;

    @Option(
            names = "--priority",
            paramLabel = "NUMBER",
            defaultValue = "220",
            converter = PriorityConverter.class,
            description =
                    "From 201 to 254. The same on all machines: the address stays where it is as long as it can. Higher on one:"
                            + " that one takes it back when it can serve again. Default: ${DEFAULT-VALUE}.")
    private int priority;

    @Option(
            names = "--monitor",
            paramLabel = "HOST:PORT",
            defaultValue = "127.0.0.1:9081",
            converter = ListenAddress.Converter.class,
            description = "Where the HAProxy of this machine has its --monitor. Default: ${DEFAULT-VALUE}.")
    private ListenAddress monitor;

    @Option(
            names = "--script-user",
            paramLabel = "USER",
            defaultValue = "nobody",
            converter = UserConverter.class,
            description = "The user that the checks run as. Default: ${DEFAULT-VALUE}.")
    private String scriptUser;

    @Option(
            names = "--template",
            paramLabel = "FILE",
            defaultValue = "${sys:steadfast.home}/templates/keepalived.conf",
            description = "The template that is filled in. Default: that of this installation.")
    private Path template;

    @Mixin
    private Destination destination;

    @Spec
    private CommandSpec spec;

    @Override
    public Integer call() throws IOException {
        if (address == null || networkInterface == null) {
            throw wrong("--address and --interface are needed, such as --address 10.0.0.9/24 --interface eth0");
        }
        checkPeers();
        if (monitor.host().isEmpty() || monitor.host().equals("*")) {
            throw wrong("--monitor: " + monitor + " is no address to ask; give one like 127.0.0.1:" + monitor.port());
        }
        Map<String, String> words = new HashMap<>();
        words.put("address", address.toString());
        words.put("interface", networkInterface);
        words.put("peers", multicast ? "" : new VrrpPeers(own, peers).lines());
        words.put("router-id", Integer.toString(routerId));
        words.put("priority", Integer.toString(priority));
        words.put("monitor", monitor.toString());
        words.put("script-user", scriptUser);
        return new Template(template)
                .render(spec.commandLine(), words, destination)
                .code();
    }

    private void checkPeers() {
        if (multicast) {
            if (own != null || !peers.isEmpty()) {
                throw wrong("--multicast: needs no --own and no --peer; leave it out, or those");
            }
            return;
        }
        if (own == null || peers.isEmpty()) {
            throw wrong("--own and at least one --peer are needed, or --multicast");
        }
        Set<Ipv4Address> machines = new HashSet<>(Set.of(own));
        for (Ipv4Address peer : peers) {
            if (!machines.add(peer)) {
                throw wrong("--peer: " + peer + " is named twice; --own and each --peer are different machines");
            }
        }
        if (machines.contains(address.address())) {
            throw wrong("--address: " + address.address()
                    + " is also an --own or --peer; take one that no machine has of its own");
        }
    }

    private ParameterException wrong(String message) {
        return new ParameterException(spec.commandLine(), message);
    }

    /** Names as Linux allows them, without what keepalived would take for something else. */
    static final class InterfaceConverter implements ITypeConverter<String> {
        private static final Pattern FORM = Pattern.compile("[a-zA-Z0-9][a-zA-Z0-9._-]{0,14}");

        @Override
        public String convert(String text) {
            if (!FORM.matcher(text).matches()) {
                throw new TypeConversionException(
                        "'" + text + "' is not an interface's name like eth0, of up to 15 letters, digits and ._-");
            }
            return text;
        }
    }

    /** Users as Linux allows them. */
    static final class UserConverter implements ITypeConverter<String> {
        private static final Pattern FORM = Pattern.compile("[a-z_][a-z0-9_-]{0,31}");

        @Override
        public String convert(String text) {
            if (!FORM.matcher(text).matches()) {
                throw new TypeConversionException("'" + text + "' is not a user's name like nobody");
            }
            return text;
        }
    }

    /** Numbers of virtual routers. */
    static final class RouterIdConverter implements ITypeConverter<Integer> {
        @Override
        public Integer convert(String text) {
            return new NumberRange(1, 255).read(text);
        }
    }

    /** Priorities. */
    static final class PriorityConverter implements ITypeConverter<Integer> {
        @Override
        public Integer convert(String text) {
            return PRIORITIES.read(text);
        }
    }
}
