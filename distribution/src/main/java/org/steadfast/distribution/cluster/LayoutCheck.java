package org.steadfast.distribution.cluster;

import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.steadfast.coordination.chassis.NodeFailure;
import org.steadfast.distribution.cluster.ClusterAnswers.Subject;
import org.steadfast.persistence.postgres.PostgresSettings;
import org.steadfast.persistence.store.StoreException;

/** Looks at the machine, before a cluster is laid out, whether it could be. Writes nothing. */
final class LayoutCheck {
    /** As the settings have them where nothing else is said. */
    private static final int POOL = 8;

    private static final Duration CONNECT_TIMEOUT = Duration.ofSeconds(3);
    private static final Duration ANSWER_TIMEOUT = Duration.ofSeconds(10);
    /** Those of a foundation node by its default settings. */
    static final int CONNECTIONS_OF_NODE = 14;

    private final Layout layout;
    private final Machine machine;

    LayoutCheck(Layout layout, Machine machine) {
        this.layout = layout;
        this.machine = machine;
    }

    List<Finding> of(Set<Subject> subjects) throws IOException {
        List<Finding> findings = new ArrayList<>();
        if (subjects.contains(Subject.NODES)) {
            machines(findings);
        }
        if (subjects.contains(Subject.FOLDERS)) {
            folders(findings);
        }
        if (subjects.contains(Subject.PORTS)) {
            ports(findings);
        }
        if (subjects.contains(Subject.DATABASE)) {
            layout.database().ifPresent(database -> database(database, findings));
        }
        return findings;
    }

    private void machines(List<Finding> findings) {
        Placement placement = layout.placement();
        if (!placement.isHere() && placement.hosts().stream().noneMatch(machine::has)) {
            findings.add(Finding.warn(
                    "machines",
                    "none of " + String.join(", ", placement.hosts())
                            + " is this machine; the cluster can be laid out here, and runs there"));
        }
    }

    private void folders(List<Finding> findings) throws IOException {
        if (Instance.isIn(layout.folder())) {
            findings.add(Finding.fail(
                    "folder of the cluster",
                    "there is a cluster in " + layout.folder() + " already; use that, or choose another folder"));
        }
        FolderCheck check = new FolderCheck(layout.placement().isOnSeveralMachines());
        findings.add(check.before(layout.folder(), "folder of the cluster", true));
        findings.add(check.before(layout.storage(), "ThingworxStorage", true));
        findings.add(check.before(layout.backupStorage(), "ThingworxBackupStorage", true));
        for (Map.Entry<String, Path> location : layout.additionalStorage().entrySet()) {
            findings.add(check.before(location.getValue(), "storage location " + location.getKey(), true));
        }
        if (!layout.localFolder().equals(layout.folder())) {
            findings.add(check.before(layout.localFolder(), "local folder", false));
            apart(findings, "local folder", layout.localFolder(), "folder of the cluster", layout.folder());
        }
        if (!layout.placement().isOnSeveralMachines() && Instance.hasLocalFolder(layout.localFolder())) {
            findings.add(Finding.fail(
                    "local folder",
                    "what is in " + layout.localFolder()
                            + " is of another cluster; move it away, or choose another folder"));
        }
        Map<String, Path> locations = new LinkedHashMap<>();
        locations.put("ThingworxStorage", layout.storage());
        locations.put("ThingworxBackupStorage", layout.backupStorage());
        layout.additionalStorage().forEach((name, folder) -> locations.put("storage location " + name, folder));
        for (Map.Entry<String, Path> location : locations.entrySet()) {
            for (Path own : layout.ownFolders()) {
                apart(findings, location.getKey(), location.getValue(), "what the cluster keeps for itself", own);
            }
        }
        List<String> names = new ArrayList<>(locations.keySet());
        for (String name : names) {
            for (String other : names.subList(0, names.indexOf(name))) {
                apart(findings, name, locations.get(name), other, locations.get(other));
            }
        }
    }

    private static void apart(List<Finding> findings, String subject, Path folder, String other, Path otherFolder)
            throws IOException {
        if (Places.overlap(folder, otherFolder)) {
            findings.add(Finding.fail(
                    subject,
                    folder + " and " + otherFolder + " (" + other
                            + ") may not lie in each other; choose another folder"));
        }
    }

    private void ports(List<Finding> findings) {
        Placement placement = layout.placement();
        String rest = placement.foundationNodes().get(0);
        if (!machine.has(rest) && placement.isHere()) {
            findings.add(Finding.fail("--listen", rest + " is no address of this machine"));
            return;
        }
        try {
            PortPlan plan = PortPlan.of(layout, machine);
            findings.add(Finding.ok(
                    "ports", "users find the first node at " + plan.rest().get(0)));
        } catch (NodeFailure e) {
            findings.add(Finding.fail("ports", e.getMessage()));
        }
    }

    private void database(ExternalDatabase database, List<Finding> findings) {
        try {
            PostgresSettings settings = new PostgresSettings(
                    database.url(),
                    database.user(),
                    database.password().reveal(),
                    POOL,
                    CONNECT_TIMEOUT,
                    ANSWER_TIMEOUT);
            findings.addAll(DatabaseCheck.of(
                    DatabaseCheck.ask(settings),
                    CONNECTIONS_OF_NODE * layout.placement().foundationNodes().size()));
        } catch (StoreException e) {
            findings.add(Finding.fail("database", e.getMessage()));
        }
    }
}
