package org.steadfast.it.fault;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import org.steadfast.it.harness.Node;
import org.steadfast.it.history.Operation;
import org.steadfast.it.workload.Register;
import org.steadfast.it.workload.Workload;

/** Writes of a fault's own, all at once; they are part of the history as those of clients are. Used by one thread. */
final class HeldWrites implements AutoCloseable {
    private final Workload workload;
    private final ExecutorService threads = Executors.newCachedThreadPool();
    private final List<CompletableFuture<Operation>> begun = new ArrayList<>();

    HeldWrites(Workload workload) {
        this.workload = workload;
    }

    /** Begins to write a value of its own to each of several properties. */
    List<CompletableFuture<Operation>> begin(Node node, List<Register> registers) {
        List<CompletableFuture<Operation>> writes = registers.stream()
                .map(register -> CompletableFuture.supplyAsync(() -> write(node, register), threads))
                .toList();
        begun.addAll(writes);
        return writes;
    }

    private Operation write(Node node, Register register) {
        try {
            return workload.write(node, register);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new CompletionException(e);
        }
    }

    static boolean isAcknowledged(CompletableFuture<Operation> write) {
        return write.isDone() && write.join().outcome() == Operation.Outcome.OK;
    }

    /** Waits until each write was answered or given up. */
    @Override
    public void close() {
        begun.forEach(CompletableFuture::join);
        threads.shutdown();
    }
}
