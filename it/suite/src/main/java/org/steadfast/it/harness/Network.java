package org.steadfast.it.harness;

import java.io.IOException;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Optional;
import java.util.TreeMap;

/**
 * Machines of their own on this machine: each is a network namespace with one address, joined to the others and to us by a bridge.
 * What is cut is dropped where it arrives, silently, as a broken switch does. Closing it removes everything.
 *
 * <p>The bridge's number makes all names and addresses unique: whoever could make the bridge has them. Its alias names the process
 * that made it, so that the next run can remove what a run that crashed has left. Needs root, iproute2 and nftables. Used by one
 * thread at a time.
 */
public final class Network implements AutoCloseable {
    private static final String PREFIX = "steadfast-it";
    private static final int MOST = 250;
    private static final int FIRST_HOST = 11;
    private static final int SPARE_HOST = 9;
    private static final String TABLE = "inet steadfast_cut";

    private final Shell shell = new Shell();
    private final int number;
    /** By machine, the address. */
    private final TreeMap<String, String> addresses;
    /** The machines that have rules. */
    private final List<String> cut = new ArrayList<>();

    private Network(int number, TreeMap<String, String> addresses) {
        this.number = number;
        this.addresses = addresses;
    }

    /** Why there can be none here; empty where there can. */
    public static Optional<String> obstacle() {
        Shell shell = new Shell();
        for (List<String> probe :
                List.of(List.of("ip", "-V"), List.of("nft", "--version"), List.of("nsenter", "--version"))) {
            try {
                if (shell.attempt(probe, "").status() != 0) {
                    return Optional.of(probe.get(0) + " does not work");
                }
            } catch (IOException e) {
                return Optional.of(probe.get(0) + " is missing");
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
                return Optional.of("interrupted");
            }
        }
        return "root".equals(System.getProperty("user.name")) ? Optional.empty() : Optional.of("needs root");
    }

    /** Makes machines of these names. */
    public static Network create(Collection<String> machines) throws IOException, InterruptedException {
        Shell shell = new Shell();
        new NetworkLeftovers(shell, PREFIX).remove();
        int number = takeNumber(shell);
        TreeMap<String, String> addresses = new TreeMap<>();
        for (String machine : machines) {
            addresses.put(machine, subnet(number) + (FIRST_HOST + addresses.size()));
        }
        Network network = new Network(number, addresses);
        try {
            network.build();
        } catch (IOException | InterruptedException | RuntimeException e) {
            network.close();
            throw e;
        }
        return network;
    }

    /** Making the bridge is what two runs at once cannot both do. */
    private static int takeNumber(Shell shell) throws IOException, InterruptedException {
        String output = "";
        for (int number = 0; number < MOST; number++) {
            List<String> command = List.of("ip", "link", "add", "name", bridge(number), "type", "bridge");
            Shell.Ended made = shell.attempt(command, "");
            if (made.status() == 0) {
                shell.run(
                        "ip", "link", "set", bridge(number), "alias", NetworkLeftovers.owner(ProcessHandle.current()));
                return number;
            }
            output = made.output();
        }
        throw new IOException("no bridge can be made: " + output);
    }

    private static String bridge(int number) {
        return PREFIX + number;
    }

    private static String subnet(int number) {
        return "10.213." + number + ".";
    }

    private void build() throws IOException, InterruptedException {
        StringBuilder links = new StringBuilder();
        links.append("addr add ")
                .append(subnet(number))
                .append("1/24 dev ")
                .append(bridge(number))
                .append('\n');
        links.append("link set ").append(bridge(number)).append(" up\n");
        int port = 0;
        for (String machine : addresses.keySet()) {
            shell.run("ip", "netns", "add", namespace(machine));
            String link = "sfit" + number + "p" + port++;
            links.append("link add ")
                    .append(link)
                    .append(" type veth peer name eth0 netns ")
                    .append(namespace(machine))
                    .append('\n');
            links.append("link set ")
                    .append(link)
                    .append(" master ")
                    .append(bridge(number))
                    .append(" up\n");
        }
        shell.run(List.of("ip", "-batch", "-"), links.toString());
        for (String machine : addresses.keySet()) {
            String inside = "addr add " + addresses.get(machine) + "/24 dev eth0\nlink set eth0 up\nlink set lo up\n";
            shell.run(List.of("ip", "-n", namespace(machine), "-batch", "-"), inside);
        }
    }

    private String namespace(String machine) {
        return bridge(number) + "-" + machine;
    }

    /** Where the machines reach us. */
    String ownAddress() {
        return subnet(number) + "1";
    }

    /** An address of the network that no machine has, with the length of the network's prefix. */
    String spareAddress() {
        return subnet(number) + SPARE_HOST + "/24";
    }

    /** The address of a machine, for the others and for us. */
    public String address(String machine) {
        return addresses.get(machine);
    }

    /** What to put before a command so that it runs on a machine. */
    public List<String> enter(String machine) {
        return List.of("nsenter", "--net=/run/netns/" + namespace(machine), "--");
    }

    /** The machines' names. */
    public List<String> machines() {
        return List.copyOf(addresses.keySet());
    }

    /** Cuts a machine off from all others; we still reach it. Replaces whatever was cut before. */
    public void isolate(String machine) throws IOException, InterruptedException {
        heal();
        List<String> others =
                machines().stream().filter(other -> !other.equals(machine)).toList();
        List<String> fromOthers = others.stream().map(other -> drop(other, "")).toList();
        filter(machine, fromOthers);
        for (String other : others) {
            filter(other, List.of(drop(machine, "")));
        }
    }

    /**
     * Cuts the connections between some machines that go to or come from one of the ports. Replaces whatever was cut before.
     *
     * @param machine the machine that none of the others reaches, and that reaches none of them
     */
    public void cutPorts(String machine, Collection<String> others, Collection<Integer> ports)
            throws IOException, InterruptedException {
        heal();
        String set =
                "{ " + String.join(", ", ports.stream().map(String::valueOf).toList()) + " }";
        List<String> rules = new ArrayList<>();
        for (String other : others) {
            rules.add(drop(other, "tcp dport " + set));
            rules.add(drop(other, "tcp sport " + set));
            filter(other, List.of(drop(machine, "tcp dport " + set), drop(machine, "tcp sport " + set)));
        }
        filter(machine, rules);
    }

    private String drop(String from, String what) {
        return "ip saddr " + addresses.get(from) + " " + what + " drop";
    }

    /** Only what arrives is filtered: a sender whose own system refused to send would notice. */
    private void filter(String machine, List<String> rules) throws IOException, InterruptedException {
        cut.add(machine);
        String script = "table " + TABLE + " {\nchain input {\ntype filter hook input priority 0; policy accept;\n"
                + String.join("\n", rules) + "\n}\n}\n";
        shell.run(on(machine, "nft", "-f", "-"), script);
    }

    /** Lets everything through again. */
    public void heal() throws IOException, InterruptedException {
        for (String machine : List.copyOf(cut)) {
            List<String> delete = new ArrayList<>(List.of("nft", "delete", "table"));
            delete.addAll(List.of(TABLE.split(" ")));
            shell.run(on(machine, delete.toArray(String[]::new)), "");
            cut.remove(machine);
        }
    }

    private List<String> on(String machine, String... command) {
        List<String> inside = new ArrayList<>(enter(machine));
        inside.addAll(List.of(command));
        return inside;
    }

    /** Ends all that runs on a machine, without a word to the others, as the loss of its power does; healing connects it again. */
    public void powerOff(String machine) throws IOException, InterruptedException {
        isolate(machine);
        List<ProcessHandle> ended = new ArrayList<>();
        for (String pid :
                shell.run("ip", "netns", "pids", namespace(machine)).lines().toList()) {
            ProcessHandle.of(Long.parseLong(pid.strip())).ifPresent(process -> {
                process.destroyForcibly();
                ended.add(process);
            });
        }
        for (ProcessHandle process : ended) {
            process.onExit().join();
        }
    }

    @Override
    public void close() throws IOException, InterruptedException {
        new NetworkLeftovers(shell, PREFIX).remove(bridge(number));
    }
}
