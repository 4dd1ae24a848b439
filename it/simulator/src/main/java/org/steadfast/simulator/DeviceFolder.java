package org.steadfast.simulator;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.Arrays;
import java.util.HashMap;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicInteger;
import org.steadfast.protocol.type.BaseType;
import org.steadfast.protocol.type.FieldDefinition;
import org.steadfast.protocol.type.Infotable;
import org.steadfast.protocol.type.Value;
import org.steadfast.protocol.wire.Status;
import org.steadfast.protocol.wire.Target;

/**
 * A folder that a device shares, by the file services of the C device SDK (device protocol, section 10), with what is particular about
 * them: a file that comes is written into a staging folder under a name of dots; what is written is added to its end, whatever the offset
 * says; reading at the end is an error; a file that is open is not deleted; and whoever ends a transfer must name one that is open. Safe
 * for use by several threads.
 */
public final class DeviceFolder implements DeviceServices {
    /** The folder as servers know it. */
    public static final String SHARED = "/shared";

    private static final String STAGING = "__staging__";
    private static final Infotable NONE = new Infotable(List.of(), List.of());

    private final Path shared;
    private final Path staging;
    private final int blockBytes;
    private final long mostBytes;
    /** Files that are open, by transfer; guarded by this. */
    private final Map<String, Path> open = new HashMap<>();
    /** States that transfers ended in, in that order; guards itself. */
    private final List<String> ended = new CopyOnWriteArrayList<>();
    /** Run after each block; written by tests, used by reading threads. */
    private volatile Runnable afterBlock = () -> {};

    /** Run after each move; written by tests, used by reading threads. */
    private volatile Runnable afterMove = () -> {};
    /** Blocks that were read or written. */
    private final AtomicInteger blocks = new AtomicInteger();

    /**
     * A folder, empty unless there are files in it.
     *
     * @param folder where it keeps its files
     * @param blockBytes that it takes at a time
     * @param mostBytes of a file that it takes
     */
    public DeviceFolder(Path folder, int blockBytes, long mostBytes) throws IOException {
        this.shared = Files.createDirectories(folder.resolve("shared"));
        this.staging = Files.createDirectories(folder.resolve("staging"));
        this.blockBytes = blockBytes;
        this.mostBytes = mostBytes;
    }

    /** A file of the folder, as the device sees it. */
    public Path file(String name) {
        return shared.resolve(name);
    }

    /** Where files are that have not come to their end. */
    public Path staging() {
        return staging;
    }

    /** Blocks that were read or written. */
    public int blocks() {
        return blocks.get();
    }

    /** The states that transfers ended in, as the server told them. */
    public List<String> ended() {
        return List.copyOf(ended);
    }

    /** Has something done after each file that was moved, before that is answered. */
    public void afterMove(Runnable action) {
        afterMove = action;
    }

    /** Has something done after each block, before it is answered. */
    public void afterBlock(Runnable action) {
        afterBlock = action;
    }

    @Override
    public synchronized Optional<CompletableFuture<ServiceAnswer>> call(Target service, Optional<Infotable> sent) {
        Infotable parameters = sent.orElse(NONE);
        try {
            ServiceAnswer answer = switch (service.name()) {
                case "GetTransferInfo" -> info();
                case "GetFileInfo" -> fileInfo(text(parameters, "path"));
                case "GetFileChecksum" -> checksum(text(parameters, "path"));
                case "StartFileTransfer" -> start(service.entityName(), parameters);
                case "ReadFromBinaryFile" -> read(parameters);
                case "WriteToBinaryFile" -> write(parameters);
                case "MakeDirectory" -> makeDirectory(text(parameters, "path"));
                case "MoveFile" -> move(parameters);
                case "DeleteFile" -> delete(text(parameters, "path"));
                case "CompleteFileTransfer", "CancelFileTransfer" -> end(parameters);
                default -> null;
            };
            return Optional.ofNullable(answer).map(CompletableFuture::completedFuture);
        } catch (IOException e) {
            return Optional.of(CompletableFuture.completedFuture(
                    ServiceAnswer.failed(Status.INTERNAL_ERROR, String.valueOf(e.getMessage()))));
        }
    }

    private ServiceAnswer info() {
        return ServiceAnswer.of(new Infotable(
                List.of(
                        new FieldDefinition("blockSize", BaseType.INTEGER),
                        new FieldDefinition("maxFileSize", BaseType.NUMBER),
                        new FieldDefinition("stagingDir", BaseType.STRING)),
                List.of(List.of(new Value.Int(blockBytes), Value.number(mostBytes), Value.string(STAGING)))));
    }

    private ServiceAnswer fileInfo(String path) throws IOException {
        Path file = resolve(path);
        if (!Files.exists(file)) {
            return notFound();
        }
        return ServiceAnswer.of(new Infotable(
                List.of(
                        new FieldDefinition("name", BaseType.STRING),
                        new FieldDefinition("path", BaseType.STRING),
                        new FieldDefinition("size", BaseType.NUMBER),
                        new FieldDefinition("fileType", BaseType.STRING),
                        new FieldDefinition("lastModifiedDate", BaseType.DATETIME)),
                List.of(List.of(
                        Value.string(String.valueOf(file.getFileName())),
                        Value.string(path),
                        Value.number(Files.size(file)),
                        Value.string(Files.isDirectory(file) ? "D" : "F"),
                        new Value.Datetime(Files.getLastModifiedTime(file).toMillis())))));
    }

    private ServiceAnswer checksum(String path) throws IOException {
        Path file = resolve(path);
        return Files.isRegularFile(file) ? ServiceAnswer.of(Value.string(md5(Files.readAllBytes(file)))) : notFound();
    }

    /** MD5 in hexadecimal. */
    public static String md5(byte[] bytes) {
        try {
            return HexFormat.of().formatHex(MessageDigest.getInstance("MD5").digest(bytes));
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("every Java has MD5", e);
        }
    }

    private ServiceAnswer start(String thing, Infotable parameters) throws IOException {
        String path = text(parameters, "path");
        String id = text(parameters, "tid");
        boolean isWrite = text(parameters, "mode").equals("write");
        Path file = isWrite
                ? staging.resolve(
                        (thing.startsWith("*") ? thing.substring(1) : thing) + path.replace('/', '.') + ".part")
                : resolve(path);
        if (open.containsKey(id) || open.containsValue(file)) {
            return ServiceAnswer.failed(Status.PRECONDITION_FAILED, "a transfer of " + path + " is under way");
        }
        if (isWrite && !Files.exists(file)) {
            Files.createFile(file);
        }
        if (!Files.isRegularFile(file)) {
            return ServiceAnswer.failed(Status.PRECONDITION_FAILED, path + " cannot be opened");
        }
        open.put(id, file);
        return ServiceAnswer.done();
    }

    private ServiceAnswer read(Infotable parameters) throws IOException {
        Path file = resolve(text(parameters, "path"));
        if (!Files.isRegularFile(file)) {
            return ServiceAnswer.failed(Status.INTERNAL_ERROR, "cannot be opened");
        }
        open.putIfAbsent(text(parameters, "tid"), file);
        ByteBuffer block = ByteBuffer.allocate((int) number(parameters, "count"));
        try (FileChannel channel = FileChannel.open(file)) {
            int read = channel.read(block, (long) number(parameters, "offset"));
            if (read <= 0) {
                return ServiceAnswer.failed(Status.INTERNAL_ERROR, "there is nothing to be read");
            }
            countBlock();
            return ServiceAnswer.of(new Infotable(
                    List.of(
                            new FieldDefinition("count", BaseType.INTEGER),
                            new FieldDefinition("data", BaseType.BLOB),
                            new FieldDefinition("eof", BaseType.BOOLEAN)),
                    List.of(List.of(
                            Value.number(read),
                            new Value.Bytes(BaseType.BLOB, Arrays.copyOf(block.array(), read)),
                            new Value.Bool(false)))));
        }
    }

    private ServiceAnswer write(Infotable parameters) throws IOException {
        if (!(parameters.first("data") instanceof Value.Bytes data) || data.bytes().length == 0) {
            return ServiceAnswer.failed(Status.BAD_REQUEST, "data is missing");
        }
        Files.write(
                resolve(text(parameters, "path")), data.bytes(), StandardOpenOption.CREATE, StandardOpenOption.APPEND);
        countBlock();
        return ServiceAnswer.done();
    }

    private void countBlock() {
        blocks.incrementAndGet();
        afterBlock.run();
    }

    private ServiceAnswer makeDirectory(String path) throws IOException {
        Path folder = resolve(path);
        if (!Files.exists(folder)) {
            // Of one level alone.
            Files.createDirectory(folder);
        }
        return ServiceAnswer.done();
    }

    private ServiceAnswer move(Infotable parameters) throws IOException {
        Path source = resolve(text(parameters, "sourcePath"));
        Path target = resolve(text(parameters, "targetPath"));
        boolean overwrites = parameters.first("overwrite") instanceof Value.Bool flag && flag.truth();
        if (!overwrites && Files.exists(target)) {
            return ServiceAnswer.failed(Status.PRECONDITION_FAILED, "the target exists");
        }
        Files.move(source, target, StandardCopyOption.REPLACE_EXISTING);
        afterMove.run();
        return ServiceAnswer.done();
    }

    private ServiceAnswer delete(String path) throws IOException {
        Path file = resolve(path);
        if (!open.containsValue(file)) {
            Files.deleteIfExists(file);
        }
        return ServiceAnswer.done();
    }

    private ServiceAnswer end(Infotable parameters) {
        if (!(parameters.first("job") instanceof Value.Table job)) {
            return ServiceAnswer.failed(Status.BAD_REQUEST, "job is missing");
        }
        if (open.remove(text(job.infotable(), "transferId")) == null) {
            return ServiceAnswer.failed(Status.INTERNAL_ERROR, "no such transfer is open");
        }
        ended.add(text(job.infotable(), "state"));
        return ServiceAnswer.done();
    }

    private static ServiceAnswer notFound() {
        return ServiceAnswer.failed(Status.NOT_FOUND, "there is no such file");
    }

    private Path resolve(String path) throws IOException {
        String bare = path.startsWith("/") ? path.substring(1) : path;
        if (path.contains("..")) {
            throw new IOException("no relative paths");
        }
        if (bare.startsWith(STAGING)) {
            return staging.resolve(relative(bare, STAGING));
        }
        String name = SHARED.substring(1);
        if (bare.equals(name) || bare.startsWith(name + "/")) {
            return shared.resolve(relative(bare, name));
        }
        throw new IOException("nothing is shared as " + path);
    }

    private static String relative(String path, String folder) {
        return path.length() > folder.length() ? path.substring(folder.length() + 1) : "";
    }

    private static String text(Infotable table, String field) {
        return table.first(field) instanceof Value.Text text ? text.text() : "";
    }

    private static double number(Infotable table, String field) {
        Value value = table.first(field);
        return value instanceof Value.Int number ? number.number() : ((Value.Number) value).number();
    }
}
