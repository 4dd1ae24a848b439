package org.steadfast.distribution.cluster;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;
import org.steadfast.coordination.chassis.ExitCode;
import org.steadfast.coordination.chassis.FolderLock;
import org.steadfast.coordination.chassis.NodeFailure;
import org.steadfast.coordination.settings.SecretStore;
import org.steadfast.protocol.json.InvalidValueException;
import org.steadfast.protocol.json.Json;

/**
 * A laid out cluster.
 *
 * @param id tells it from every other cluster
 * @param folder its storage locations and the list of its nodes; shared by all its machines where there are several
 * @param localFolder what each machine has for itself: logs, records of processes, and the files of its coordinator's server
 * @param databaseFolder of the embedded database, on the machine that runs it
 */
record Instance(String id, Path folder, Path localFolder, Path databaseFolder, List<NodePlan> nodes) {
    /** The list of nodes; what makes a folder that of a cluster. */
    private static final String PLAN = "cluster.json";

    private static final String CLUSTER_ID = "cluster-id";

    static boolean exists(Path folder) {
        // Also where that cannot be told, as of a share that hiccups: nothing is laid out over what may be there.
        Path plan = folder.resolve(PLAN);
        return Files.exists(plan) || (!Files.notExists(plan) && Files.isDirectory(folder));
    }

    /** Whether there certainly is a cluster in a folder. */
    static boolean isIn(Path folder) {
        return Files.isRegularFile(folder.resolve(PLAN));
    }

    /** Whether a folder is what a machine of a cluster keeps for itself. */
    static boolean hasLocalFolder(Path localFolder) {
        return Files.isRegularFile(localFolder.resolve(CLUSTER_ID));
    }

    Path platform() {
        return platform(folder);
    }

    /** The ThingworxPlatform location of a cluster in a folder. */
    static Path platform(Path folder) {
        return folder.resolve("ThingworxPlatform");
    }

    Path log(NodePlan node) {
        return logs().resolve(node.id() + ".log");
    }

    Path logs() {
        return localFolder.resolve("log");
    }

    /** Where the supervisor writes down which process runs a node. */
    Path processRecord(NodePlan node) {
        return localFolder.resolve("run").resolve(node.id() + ".pid");
    }

    /** Where the process that supervises the nodes of this machine writes down which one it is. */
    Path supervisorRecord() {
        return localFolder.resolve("run").resolve("cluster.pid");
    }

    /** There while all nodes of this machine have been up under the supervisor that runs. */
    Path supervisorUp() {
        return localFolder.resolve("run").resolve("cluster.up");
    }

    /** What the supervisor prints where it was started in the background. */
    Path supervisorLog() {
        return logs().resolve("cluster.log");
    }

    /** Where the embedded database tells that it accepts logins. */
    Path databaseReady() {
        return databaseFolder.resolve("ready");
    }

    List<NodePlan> nodes(String role) {
        return nodes.stream().filter(node -> node.role().equals(role)).toList();
    }

    boolean isOnSeveralMachines() {
        Set<String> hosts = nodes.stream().map(NodePlan::host).collect(Collectors.toSet());
        // Nodes that only their own machine reaches are with all others.
        return hosts.size() > 1 && !hosts.contains(Placement.THIS_MACHINE);
    }

    /** The administrator's application key. */
    String applicationKey() throws IOException, NodeFailure {
        return new SecretStore(platform())
                .find(InstanceCreation.APPLICATION_KEY)
                .orElseThrow(() -> new NodeFailure(
                        ExitCode.SETTINGS_INVALID,
                        "the keystore in " + platform() + " has no secret " + InstanceCreation.APPLICATION_KEY))
                .reveal();
    }

    /**
     * Makes sure that what is in the local folder is of this cluster, and takes an empty one for it.
     *
     * @throws NodeFailure {@link ExitCode#STORAGE_UNUSABLE} if it is of another one
     */
    void claimLocalFolder() throws NodeFailure {
        Path mark = localFolder.resolve(CLUSTER_ID);
        try {
            // An empty one was not written to its end.
            if (Files.notExists(mark) || Files.size(mark) == 0) {
                Files.createDirectories(localFolder);
                Files.writeString(mark, id + "\n");
            } else if (!Files.readString(mark).strip().equals(id)) {
                throw new NodeFailure(
                        ExitCode.STORAGE_UNUSABLE,
                        "what is in " + localFolder + " is of another cluster than the one in " + folder
                                + ", perhaps of one that was laid out there before; move it away, or lay the cluster out with another"
                                + " --local-folder");
            }
        } catch (IOException e) {
            throw new NodeFailure(
                    ExitCode.STORAGE_UNUSABLE, "the local folder " + localFolder + " cannot be used: " + e, e);
        }
    }

    /**
     * Lets nobody else change secrets and certificates meanwhile. The files that are written anew belong to whoever writes them, and are for
     * their owner alone.
     *
     * @throws NodeFailure if nodes could not read them then, or somebody else changes them now
     */
    FolderLock lockSecrets() throws IOException, NodeFailure {
        String owner = Files.getOwner(platform()).getName();
        String user = System.getProperty("user.name");
        if (!owner.equals(user)) {
            throw new NodeFailure(
                    ExitCode.FAILED,
                    platform() + " belongs to " + owner + ", whose nodes could not read what " + user
                            + " writes there; run this as " + owner);
        }
        return FolderLock.take(platform());
    }

    void write() throws IOException {
        ObjectNode plan = JsonNodeFactory.instance.objectNode();
        plan.put("id", id);
        if (!localFolder.equals(folder)) {
            plan.put("localFolder", localFolder.toString());
        }
        plan.put("databaseFolder", databaseFolder.toString());
        ArrayNode list = plan.putArray("nodes");
        for (NodePlan node : nodes) {
            list.addObject()
                    .put("id", node.id())
                    .put("role", node.role())
                    .put("host", node.host())
                    .put("port", node.port());
        }
        Files.writeString(folder.resolve(PLAN), plan.toPrettyString() + "\n");
    }

    static Instance read(Path folder) throws NodeFailure {
        Path file = folder.resolve(PLAN);
        try {
            JsonNode plan = Json.read(Files.readAllBytes(file));
            List<NodePlan> nodes = new ArrayList<>();
            for (JsonNode node : plan.path("nodes")) {
                nodes.add(new NodePlan(
                        node.path("id").asText(),
                        node.path("role").asText(),
                        node.path("host").asText(),
                        node.path("port").asInt()));
            }
            return new Instance(
                    plan.path("id").asText(""),
                    folder,
                    Path.of(plan.path("localFolder").asText(folder.toString())),
                    Path.of(plan.path("databaseFolder").asText()),
                    List.copyOf(nodes));
        } catch (NoSuchFileException e) {
            throw new NodeFailure(
                    ExitCode.STORAGE_UNUSABLE,
                    "there is no cluster in " + folder
                            + "; name its folder with --instance, or lay one out with cluster create",
                    e);
        } catch (IOException | InvalidValueException e) {
            throw new NodeFailure(ExitCode.STORAGE_UNUSABLE, file + " cannot be read: " + e.getMessage(), e);
        }
    }
}
