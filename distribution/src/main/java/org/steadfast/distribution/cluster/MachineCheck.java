package org.steadfast.distribution.cluster;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Set;
import javax.net.ssl.SSLContext;
import org.steadfast.coordination.chassis.NodeFailure;
import org.steadfast.coordination.coordinator.CoordinatorHealth;
import org.steadfast.coordination.membership.SharedFolder;
import org.steadfast.coordination.settings.BasicSettings;
import org.steadfast.coordination.settings.InvalidSettingsException;
import org.steadfast.coordination.tls.NodeTls;
import org.steadfast.foundation.FoundationSettings;
import org.steadfast.persistence.postgres.DatabaseFacts;
import org.steadfast.persistence.store.StoreException;

/**
 * Looks, before the nodes of this machine are started or while they run, whether they will find what they need. Changes nothing but
 * that it makes missing folders.
 */
final class MachineCheck {
    private static final Duration TIMEOUT = Duration.ofSeconds(2);
    private static final int FEW_FILES = 8_192;

    private final Instance instance;
    private final List<NodePlan> here;
    /** Whether nothing may be made. */
    private final boolean isBefore;
    /** Of all nodes of the cluster whose settings can be read. */
    private final Map<NodePlan, NodeNeeds> needs = new LinkedHashMap<>();

    private final List<Finding> findings = new ArrayList<>();

    private MachineCheck(Instance instance, List<NodePlan> here, boolean isBefore) {
        this.instance = instance;
        this.here = here;
        this.isBefore = isBefore;
    }

    /**
     * What is found, in the order in which the nodes need it. Makes folders that are missing.
     *
     * @param memory empty where the programs are not there by which it would be told
     */
    static List<Finding> of(Instance instance, Machine machine, Optional<MemoryCheck> memory)
            throws IOException, NodeFailure {
        return of(instance, machine, memory, false);
    }

    /** As {@link #of}, without making anything. */
    static List<Finding> before(Instance instance, Machine machine) throws IOException, NodeFailure {
        return of(instance, machine, Optional.empty(), true);
    }

    private static List<Finding> of(Instance instance, Machine machine, Optional<MemoryCheck> memory, boolean isBefore)
            throws IOException, NodeFailure {
        MachineCheck check = new MachineCheck(instance, machine.nodesOf(instance), isBefore);
        check.settings();
        check.ports();
        check.folders();
        check.limits();
        if (memory.isPresent()) {
            check.memory(memory.get());
        }
        Optional<FoundationSettings> foundation = check.needs.values().stream()
                .flatMap(needs -> needs.foundation().stream())
                .findFirst();
        if (foundation.isPresent()) {
            check.coordinator(foundation.get());
            check.database(foundation.get());
        }
        check.backups();
        return List.copyOf(check.findings);
    }

    private void settings() {
        for (NodePlan node : instance.nodes()) {
            try {
                needs.put(node, NodeNeeds.of(node, instance.platform()));
                if (here.contains(node)) {
                    findings.add(Finding.ok("settings of " + node.id(), "can be used"));
                }
            } catch (InvalidSettingsException e) {
                // Those of other machines are for these to tell.
                if (here.contains(node)) {
                    e.problems()
                            .forEach(problem ->
                                    findings.add(Finding.fail("settings of " + node.id(), problem.toString())));
                }
            }
        }
    }

    private void ports() throws IOException {
        for (NodePlan node : here) {
            if (!needs.containsKey(node)) {
                continue;
            }
            boolean runs = ProcessRecord.read(instance.processRecord(node)).isPresent();
            for (NodeNeeds.Endpoint endpoint : needs.get(node).endpoints()) {
                String subject = "port " + endpoint.port() + " of " + node.id();
                String purpose = "for " + endpoint.purpose() + ", at " + endpoint.host();
                if (runs) {
                    findings.add(Finding.ok(subject, purpose + "; the node runs"));
                } else {
                    findings.add(PortCheck.obstacle(endpoint.host(), endpoint.port())
                            .map(why -> Finding.fail(subject, purpose + ": " + why))
                            .orElseGet(() -> Finding.ok(subject, purpose)));
                }
            }
        }
    }

    private void folders() throws IOException {
        Set<Path> shared = new LinkedHashSet<>();
        FolderCheck check = new FolderCheck(instance.isOnSeveralMachines());
        for (NodePlan node : here) {
            NodeNeeds each = needs.get(node);
            if (each != null && each.foundation().isPresent()) {
                BasicSettings basic = each.foundation().get().basic();
                if (shared.add(basic.storage())) {
                    findings.add(location(check, basic.storage(), BasicSettings.PATH + ".Storage"));
                }
                if (shared.add(basic.backupStorage())) {
                    findings.add(location(check, basic.backupStorage(), BasicSettings.PATH + ".BackupStorage"));
                }
                for (Path folder : basic.additional().values()) {
                    if (shared.add(folder)) {
                        findings.add(location(check, folder, BasicSettings.PATH + ".AdditionalStorage"));
                    }
                }
            }
        }
        String local = "the local folder";
        findings.add(
                isBefore
                        ? check.before(instance.localFolder(), local, false)
                        : check.of(instance.localFolder(), local, false));
        String owner = Files.getOwner(instance.folder()).getName();
        if (!owner.equals(System.getProperty("user.name"))) {
            findings.add(Finding.warn(
                    "user",
                    "the cluster belongs to " + owner + ", and this is " + System.getProperty("user.name")
                            + "; what nodes of one write the other may not be able to"));
        }
    }

    private Finding location(FolderCheck check, Path folder, String setting) {
        if (!isBefore) {
            return check.of(folder, setting, true);
        }
        String subject = setting.substring(setting.lastIndexOf('.') + 1);
        return Files.isDirectory(folder)
                ? check.before(folder, subject, true)
                : Finding.fail(subject, folder + " is not there; see whether the share is mounted");
    }

    private void limits() throws IOException {
        OptionalLong files = openFiles();
        if (files.isPresent()) {
            String text = files.getAsLong() + " of a process started like this one";
            findings.add(
                    files.getAsLong() < FEW_FILES
                            ? Finding.warn(
                                    "open files",
                                    text
                                            + "; each device and each request takes one. Raise it with ulimit -n, or run it by"
                                            + " cluster systemd")
                            : Finding.ok("open files", text));
        }
    }

    private void memory(MemoryCheck check) throws IOException {
        Map<NodePlan, NodeNeeds> ofThisMachine = new LinkedHashMap<>(needs);
        ofThisMachine.keySet().retainAll(here);
        findings.add(check.of(ofThisMachine));
    }

    /** Of the cluster, as one of the nodes of this machine sees them. */
    private void backups() {
        here.stream()
                .flatMap(node -> Optional.ofNullable(needs.get(node)).flatMap(NodeNeeds::foundation).stream())
                .findFirst()
                .flatMap(node -> BackupCheck.of(node.basic().backupStorage(), node.backups(), Instant.now()))
                .ifPresent(findings::add);
    }

    /** The limit that holds; empty where there is none, or the system does not tell. */
    private static OptionalLong openFiles() throws IOException {
        Path limits = Path.of("/proc/self/limits");
        if (!Files.isReadable(limits)) {
            return OptionalLong.empty();
        }
        return Files.readAllLines(limits).stream()
                .filter(line -> line.startsWith("Max open files"))
                .map(line -> line.substring("Max open files".length()).strip().split(" +", -1)[0])
                .filter(soft -> soft.matches("\\d{1,18}"))
                .mapToLong(Long::parseLong)
                .findFirst();
    }

    private void coordinator(FoundationSettings settings) {
        Optional<SSLContext> tls;
        try {
            tls = settings.coordinatorTls().enabled() ? Optional.of(NodeTls.context(settings.tls())) : Optional.empty();
        } catch (NodeFailure e) {
            findings.add(Finding.fail("coordinator", "cannot be asked: " + e.getMessage()));
            return;
        }
        List<String> addresses = settings.cluster().coordinatorHosts();
        List<String> silent =
                addresses.stream().filter(address -> !answers(address, tls)).toList();
        int answering = addresses.size() - silent.size();
        String text = answering + " of " + addresses.size() + " answer";
        if (silent.isEmpty()) {
            findings.add(Finding.ok("coordinator", text));
        } else if (answering > addresses.size() / 2) {
            findings.add(Finding.warn("coordinator", text + "; none may be lost beside " + silent));
        } else {
            findings.add(Finding.warn(
                    "coordinator",
                    text + "; more than half have to before nodes work. Start the machines of " + silent
                            + ", or see whether the network lets this one through"));
        }
    }

    private boolean answers(String address, Optional<SSLContext> tls) {
        int colon = address.lastIndexOf(':');
        String host = address.substring(0, colon);
        try {
            return CoordinatorHealth.mode(host, Integer.parseInt(address.substring(colon + 1)), TIMEOUT, tls)
                    .isPresent();
        } catch (IOException e) {
            if (NodeHttp.isAboutTheCertificate(e)) {
                findings.add(Finding.fail(
                        "coordinator", "the certificate at " + address + " is not accepted: " + e.getMessage()));
            }
            return false;
        }
    }

    private void database(FoundationSettings settings) {
        try {
            DatabaseFacts facts = DatabaseCheck.ask(settings.database().connection());
            int wanted =
                    needs.values().stream().mapToInt(NodeNeeds::connections).sum();
            findings.addAll(DatabaseCheck.of(facts, wanted));
            marks(facts);
        } catch (StoreException e) {
            boolean isOurs =
                    !instance.nodes(NodePlan.DATABASE).isEmpty() && e.kind() != StoreException.Kind.OTHER_VERSION;
            findings.add(
                    isOurs
                            ? Finding.warn("database", e.getMessage() + "; it may not have been started yet")
                            : Finding.fail("database", e.getMessage()));
        }
    }

    /** Nodes have been there, so that the storage locations have their marks. */
    private void marks(DatabaseFacts facts) {
        for (NodePlan node : here) {
            NodeNeeds each = needs.get(node);
            if (facts.schemaVersion().isPresent()
                    && each != null
                    && each.foundation().isPresent()) {
                BasicSettings basic = each.foundation().get().basic();
                for (Path folder : basic.additional().values()) {
                    if (Files.notExists(folder.resolve(SharedFolder.MARK))) {
                        findings.add(
                                Finding.warn(
                                        "mark of " + folder.getFileName(),
                                        folder + " has no file " + SharedFolder.MARK
                                                + ": if it is new it gets one at the next start, else see whether the share is mounted"));
                    }
                }
                for (Path folder : List.of(basic.storage(), basic.backupStorage())) {
                    if (Files.notExists(folder.resolve(SharedFolder.MARK))) {
                        findings.add(Finding.fail(
                                "mark of " + folder.getFileName(),
                                folder + " has no file " + SharedFolder.MARK
                                        + ": it is not what the nodes share; see whether the share is mounted"));
                    }
                }
            }
        }
    }
}
