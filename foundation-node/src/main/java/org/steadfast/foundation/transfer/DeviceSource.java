package org.steadfast.foundation.transfer;

import java.util.Optional;

/** A file of a device that is copied. */
final class DeviceSource implements Source {
    private final DeviceFiles device;
    private final String path;
    private int blockBytes = Integer.MAX_VALUE;
    private String id = "";

    DeviceSource(DeviceFiles device, FilePlace place) {
        this.device = device;
        this.path = place.whole();
    }

    @Override
    public long open(TransferJob job) throws TransferException, InterruptedException {
        id = job.id();
        blockBytes = device.terms().blockBytes();
        long size = device.length(path);
        device.start(path, "read", id);
        return size;
    }

    @Override
    public long rewind() throws TransferException, InterruptedException {
        return device.length(path);
    }

    @Override
    public int blockBytes() {
        return blockBytes;
    }

    @Override
    public byte[] read(long offset, int count) throws TransferException, InterruptedException {
        return device.read(path, offset, count, id);
    }

    @Override
    public Optional<String> checksum() throws TransferException, InterruptedException {
        return Optional.of(device.checksum(path));
    }

    @Override
    public void ended(TransferJob job) throws InterruptedException {
        device.ended(job);
    }

    @Override
    public void close() {
        // Nothing is open here.
    }
}
