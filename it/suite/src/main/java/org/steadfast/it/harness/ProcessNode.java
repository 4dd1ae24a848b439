package org.steadfast.it.harness;

import static org.awaitility.Awaitility.await;

import java.io.File;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.OptionalInt;
import java.util.concurrent.TimeUnit;
import org.awaitility.core.ConditionTimeoutException;

/** A node as a plain process on this machine. */
final class ProcessNode implements Node {
    private static final long STOP_SECONDS = 60;
    private static final int SHOWN_LINES = 40;

    private final Distribution distribution;
    private final NodePlan plan;
    private final Path instance;
    private final Map<String, String> environment;
    /** What its command is put behind, to run it on a machine of its own; empty for this one. */
    private final List<String> machine;
    /** How it is asked whether it is ready. */
    private final ClusterTls tls;
    /** The process that runs or ran last; null before the first start. */
    private Process process;

    ProcessNode(
            Distribution distribution,
            NodePlan plan,
            Path instance,
            Map<String, String> environment,
            List<String> machine,
            ClusterTls tls) {
        this.distribution = distribution;
        this.plan = plan;
        this.instance = instance;
        this.environment = environment;
        this.machine = machine;
        this.tls = tls;
    }

    @Override
    public String id() {
        return plan.id();
    }

    @Override
    public String role() {
        return plan.role();
    }

    @Override
    public String address() {
        return plan.host() + ":" + plan.port();
    }

    @Override
    public void start() throws IOException {
        start(environment);
    }

    @Override
    public void start(Duration ahead) throws IOException {
        Map<String, String> wrong = new HashMap<>(environment);
        wrong.putAll(WrongClock.environment(ahead));
        start(wrong);
    }

    private void start(Map<String, String> environment) throws IOException {
        if (isAlive()) {
            throw new IllegalStateException(id() + " runs already");
        }
        if (role().equals(NodePlan.DATABASE)) {
            Files.deleteIfExists(plan.readyFile());
        }
        ProcessBuilder builder = distribution.command(
                List.of(role(), "--platform=" + instance.resolve("ThingworxPlatform"), "--id=" + id()), environment);
        List<String> command = new ArrayList<>(machine);
        command.addAll(builder.command());
        builder.command(command);
        builder.redirectInput(new File("/dev/null"));
        builder.redirectErrorStream(true);
        builder.redirectOutput(ProcessBuilder.Redirect.appendTo(log().toFile()));
        process = builder.start();
    }

    private Path log() {
        return instance.resolve("log").resolve(id() + ".log");
    }

    @Override
    public void awaitReady(Duration timeout) {
        try {
            await().atMost(timeout).pollInterval(Duration.ofMillis(200)).until(() -> isReady() || !isAlive());
        } catch (ConditionTimeoutException e) {
            throw new AssertionError(id() + " was not ready within " + timeout + "\n" + lastLines(), e);
        }
        if (!isAlive()) {
            throw new AssertionError(
                    id() + " ended with " + process.exitValue() + " before it was ready\n" + lastLines());
        }
    }

    private String lastLines() {
        try {
            List<String> lines = output().lines().toList();
            return String.join("\n", lines.subList(Math.max(0, lines.size() - SHOWN_LINES), lines.size()));
        } catch (IOException e) {
            return "its log cannot be read: " + e;
        }
    }

    @Override
    public boolean isReady() {
        return switch (role()) {
            case NodePlan.COORDINATOR ->
                new CoordinatorStatus(plan.host(), plan.port(), tls.coordinators())
                        .mode()
                        .isPresent();
            case NodePlan.DATABASE -> Files.exists(plan.readyFile());
            default -> RestClient.isReady(address(), tls.transport());
        };
    }

    @Override
    public boolean isAlive() {
        return process != null && process.isAlive();
    }

    @Override
    public OptionalInt exitStatus() {
        return process == null || process.isAlive() ? OptionalInt.empty() : OptionalInt.of(process.exitValue());
    }

    @Override
    public long pid() {
        return process.pid();
    }

    @Override
    public void kill() throws InterruptedException {
        new ProcessTree(process).kill();
    }

    @Override
    public void freeze() throws IOException, InterruptedException {
        new ProcessTree(process).freeze();
    }

    @Override
    public void thaw() throws IOException, InterruptedException {
        new ProcessTree(process).thaw();
    }

    @Override
    public int stop() throws InterruptedException {
        process.destroy();
        return awaitExit(Duration.ofSeconds(STOP_SECONDS));
    }

    @Override
    public int awaitExit(Duration timeout) throws InterruptedException {
        if (!process.waitFor(timeout.toMillis(), TimeUnit.MILLISECONDS)) {
            throw new AssertionError(id() + " did not end within " + timeout + "\n" + lastLines());
        }
        return process.exitValue();
    }

    @Override
    public String output() throws IOException {
        return Files.exists(log()) ? Files.readString(log()) : "";
    }
}
