package org.steadfast.foundation.transfer;

import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.steadfast.foundation.model.Thing;
import org.steadfast.foundation.remote.RemoteException;
import org.steadfast.foundation.remote.RemoteThings;
import org.steadfast.foundation.sharedstate.StateUnavailableException;
import org.steadfast.protocol.type.BaseType;
import org.steadfast.protocol.type.FieldDefinition;
import org.steadfast.protocol.type.Infotable;
import org.steadfast.protocol.type.Value;
import org.steadfast.protocol.wire.Status;

/** What is asked of a device about one of its files (device protocol, section 10). Waits for its answers. */
final class DeviceFiles {
    private static final Logger log = LoggerFactory.getLogger(DeviceFiles.class);
    /** Devices are answered for in time; this is for the case that nobody does. */
    private static final Duration GRACE = Duration.ofMinutes(1);

    private final RemoteThings things;
    private final Thing thing;
    private final Duration patience;
    private final Occupants occupants;

    /** Ends at a device what nodes that are gone have begun there. */
    @FunctionalInterface
    interface Occupants {
        /** @return whether there was something */
        boolean release(DeviceFiles device) throws InterruptedException;
    }

    /** @param patience how long a device has time for what takes it longer, the longer the file is */
    DeviceFiles(RemoteThings things, Thing thing, Duration patience, Occupants occupants) {
        this.patience = patience;
        this.occupants = occupants;
        this.things = things;
        this.thing = thing;
    }

    String thing() {
        return thing.name();
    }

    /** One parameter of a service. */
    record Parameter(String name, Value value) {
        static Parameter text(String name, String text) {
            return new Parameter(name, Value.string(text));
        }

        /** As a NUMBER, which both device SDKs take: one gives a whole row up that has a LONG in it. */
        static Parameter number(String name, long number) {
            return new Parameter(name, Value.number(number));
        }
    }

    /** What a device says of how it takes files. */
    record Terms(int blockBytes, double mostBytes, String staging) {}

    Terms terms() throws TransferException, InterruptedException {
        Infotable answer = call("GetTransferInfo");
        double block = number(answer, "blockSize").orElse(0.0);
        return new Terms(
                block >= 1 ? (int) Math.min(block, Integer.MAX_VALUE) : Integer.MAX_VALUE,
                number(answer, "maxFileSize").filter(most -> most > 0).orElse(Double.MAX_VALUE),
                answer.first("stagingDir") instanceof Value.Text text ? text.text() : "");
    }

    /** Length in bytes of a file. */
    long length(String path) throws TransferException, InterruptedException {
        Infotable info = call("GetFileInfo", Parameter.text("path", path));
        if (info.first("fileType") instanceof Value.Text type && type.text().startsWith("D")) {
            throw new TransferException(
                    TransferException.Kind.INVALID, "[" + path + "] of " + thing.name() + " is a folder");
        }
        return number(info, "size")
                .filter(size -> size >= 0)
                .orElseThrow(() -> new TransferException(
                        TransferException.Kind.FAILED,
                        thing.name() + " did not tell the size of [" + path + "] in its answer to GetFileInfo"))
                .longValue();
    }

    /** Has the device open a file. What a node that is gone has left open there is closed first where it is in the way. */
    void start(String path, String mode, String id) throws TransferException, InterruptedException {
        try {
            begin(path, mode, id);
        } catch (TransferException e) {
            if (!isOccupied(e)) {
                throw e;
            }
            if (!occupants.release(this)) {
                throw new TransferException(
                        TransferException.Kind.REFUSED,
                        e.getMessage()
                                + "; either it cannot be opened, or another copy of it is under way there: devices"
                                + " end one that stands still by themselves",
                        e);
            }
            begin(path, mode, id);
        }
    }

    /** What the device calls its thing. */
    String boundName() throws TransferException, InterruptedException {
        return await("the name of the thing", things.boundName(thing)).orElse(thing.name());
    }

    private void begin(String path, String mode, String id) throws TransferException, InterruptedException {
        var unused = call(
                "StartFileTransfer",
                Parameter.text("path", path),
                Parameter.text("mode", mode),
                Parameter.text("tid", id));
    }

    private static boolean isOccupied(TransferException e) {
        return e.getCause() instanceof RemoteException remote
                && remote.httpStatus() == Status.PRECONDITION_FAILED.http();
    }

    byte[] read(String path, long offset, int count, String id) throws TransferException, InterruptedException {
        Infotable answer = call(
                "ReadFromBinaryFile",
                Parameter.text("path", path),
                Parameter.number("offset", offset),
                new Parameter("count", new Value.Int(count)),
                Parameter.text("tid", id));
        if (!(answer.first("data") instanceof Value.Bytes data)
                || data.bytes().length == 0
                || data.bytes().length > count) {
            throw new TransferException(
                    TransferException.Kind.FAILED,
                    thing.name() + " was asked for " + count + " bytes of [" + path + "] at " + offset
                            + " and answered with something else");
        }
        return data.bytes();
    }

    void write(String path, long offset, byte[] block, String id) throws TransferException, InterruptedException {
        var unused = call(
                "WriteToBinaryFile",
                Parameter.text("path", path),
                Parameter.number("offset", offset),
                new Parameter("data", new Value.Bytes(BaseType.BLOB, block)),
                Parameter.text("tid", id));
    }

    String checksum(String path) throws TransferException, InterruptedException {
        if (callPatiently("GetFileChecksum", Parameter.text("path", path)).first("result") instanceof Value.Text text) {
            return text.text();
        }
        throw new TransferException(
                TransferException.Kind.FAILED, thing.name() + " did not tell the checksum of [" + path + "]");
    }

    /** Makes a folder; one that is there, or a device that makes none, is no failure: what is to come into it would show that. */
    void makeFolder(String path) throws TransferException, InterruptedException {
        try {
            var unused = call("MakeDirectory", Parameter.text("path", path));
        } catch (TransferException e) {
            if (e.kind() != TransferException.Kind.REFUSED) {
                throw e;
            }
            log.debug("{} did not make {}", thing.name(), path, e);
        }
    }

    void move(String from, String to) throws TransferException, InterruptedException {
        var unused = callPatiently(
                "MoveFile",
                Parameter.text("sourcePath", from),
                Parameter.text("targetPath", to),
                new Parameter("overwrite", new Value.Bool(true)));
    }

    void delete(String path) throws TransferException, InterruptedException {
        var unused = call("DeleteFile", Parameter.text("path", path));
    }

    /** Tells the device that a copy has ended, so that it closes its file; the copy does not depend on its answer. */
    void ended(TransferJob job) throws InterruptedException {
        boolean isWell = job.state() == TransferState.VALIDATED;
        try {
            var unused = call(
                    isWell ? "CompleteFileTransfer" : "CancelFileTransfer",
                    Parameter.text("tid", job.id()),
                    new Parameter("job", new Value.Table(TransferJob.table(List.of(job)))));
        } catch (TransferException e) {
            log.info("{} was not told the end of copy {}: {}", thing.name(), job.id(), e.getMessage());
        }
    }

    private Infotable call(String service, Parameter... parameters) throws TransferException, InterruptedException {
        return await(service, things.invoke(thing, service, table(parameters)))
                .orElseGet(() -> new Infotable(List.of(), List.of()));
    }

    /** For what takes a device longer, the longer the file is. */
    private Infotable callPatiently(String service, Parameter... parameters)
            throws TransferException, InterruptedException {
        return await(service, things.invoke(thing, service, table(parameters), patience))
                .orElseGet(() -> new Infotable(List.of(), List.of()));
    }

    private static Infotable table(Parameter... parameters) {
        List<FieldDefinition> fields = List.of(parameters).stream()
                .map(parameter ->
                        new FieldDefinition(parameter.name(), parameter.value().baseType()))
                .toList();
        return new Infotable(
                fields,
                List.of(List.of(parameters).stream().map(Parameter::value).toList()));
    }

    private <T> T await(String what, CompletableFuture<T> answer) throws TransferException, InterruptedException {
        try {
            return answer.get(patience.plus(GRACE).toMillis(), TimeUnit.MILLISECONDS);
        } catch (TimeoutException e) {
            throw new TransferException(
                    TransferException.Kind.AWAY, thing.name() + " did not answer " + what + " in time", e);
        } catch (ExecutionException e) {
            throw failed(what, e.getCause());
        }
    }

    private TransferException failed(String service, Throwable failure) {
        Throwable cause =
                failure instanceof CompletionException && failure.getCause() != null ? failure.getCause() : failure;
        if (cause instanceof RemoteException remote) {
            return new TransferException(
                    remote.kind() == RemoteException.Kind.REFUSED
                            ? TransferException.Kind.REFUSED
                            : TransferException.Kind.AWAY,
                    remote.getMessage(),
                    remote);
        }
        if (cause instanceof StateUnavailableException) {
            return new TransferException(TransferException.Kind.AWAY, cause.getMessage(), cause);
        }
        return new TransferException(
                TransferException.Kind.FAILED, service + " of " + thing.name() + " failed: " + cause, cause);
    }

    /** The cell's own type counts: one device SDK puts numbers into fields of other types. */
    private static Optional<Double> number(Infotable table, String field) {
        Value value = table.first(field);
        if (value instanceof Value.Number number) {
            return Optional.of(number.number());
        }
        if (value instanceof Value.Int number) {
            return Optional.of((double) number.number());
        }
        return value instanceof Value.Long number ? Optional.of((double) number.number()) : Optional.empty();
    }
}
