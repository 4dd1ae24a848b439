package org.steadfast.foundation.transfer;

import java.util.Optional;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A file that comes to a device. It is written where the device keeps what is not complete, under the name that device SDKs give it:
 * that of the thing and of the path, with dots in place of slashes, and {@code .part} at the end. Then it is moved.
 */
final class DeviceTarget implements Target {
    private static final Logger log = LoggerFactory.getLogger(DeviceTarget.class);

    private final DeviceFiles device;
    private final FilePlace place;
    private DeviceFiles.Terms terms = new DeviceFiles.Terms(Integer.MAX_VALUE, 0, "");
    /** Where the device keeps it until it is complete; empty before it has opened it. */
    private Optional<String> part = Optional.empty();

    private String id = "";
    /** Whether the device may have opened it. */
    private boolean isTried;

    private boolean isMoving;
    /** Whether it was found in its place, after a move that was not answered. */
    private boolean isFound;

    DeviceTarget(DeviceFiles device, FilePlace place) {
        this.device = device;
        this.place = place;
    }

    @Override
    public void begin(TransferJob job, long size) throws TransferException, InterruptedException {
        id = job.id();
        terms = device.terms();
        if (size > terms.mostBytes()) {
            throw new TransferException(
                    TransferException.Kind.INVALID,
                    "the file has " + size + " bytes, " + device.thing() + " takes at most "
                            + (long) terms.mostBytes());
        }
        if (part.isPresent()) {
            // The device closes it then; what is open it does not delete.
            device.ended(again(job));
        } else {
            isTried = true;
            device.start(place.whole(), "write", id);
            String name = device.boundName();
            part = Optional.of(terms.staging() + "/" + (name.startsWith("*") ? name.substring(1) : name)
                    + place.whole().replace('/', '.') + ".part");
            if (device.length(part.get()) == 0) {
                return;
            }
            // What an earlier copy has left: devices add what comes to its end.
            device.ended(again(job));
        }
        device.delete(part.get());
        device.start(place.whole(), "write", id);
    }

    private static TransferJob again(TransferJob job) {
        return job.ended(TransferState.FAILED, "it begins again", 0);
    }

    @Override
    public int blockBytes() {
        return terms.blockBytes();
    }

    @Override
    public void write(long offset, byte[] block) throws TransferException, InterruptedException {
        device.write(part.orElseThrow(), offset, block, id);
    }

    @Override
    public long length() throws TransferException, InterruptedException {
        return device.length(part.orElseThrow());
    }

    @Override
    public Optional<String> checksum() throws TransferException, InterruptedException {
        return Optional.of(device.checksum(part.orElseThrow()));
    }

    @Override
    public void commit(String checksum) throws TransferException, InterruptedException {
        // The first name is a folder that the device shares, and there.
        if (place.folder().indexOf('/', 1) > 0) {
            device.makeFolder(place.folder());
        }
        if (isMoving && isThere(checksum)) {
            // It may have been there before, the same.
            isFound = true;
            return;
        }
        isMoving = true;
        device.move(part.orElseThrow(), place.whole());
    }

    /** Whether a move that was not answered was done. */
    private boolean isThere(String checksum) throws TransferException, InterruptedException {
        try {
            return device.checksum(place.whole()).equalsIgnoreCase(checksum);
        } catch (TransferException e) {
            if (e.kind() != TransferException.Kind.REFUSED) {
                throw e;
            }
            log.debug("{} has no {} yet", device.thing(), place, e);
            return false;
        }
    }

    @Override
    public void ended(TransferJob job) throws InterruptedException {
        if (!isTried) {
            return;
        }
        device.ended(job);
        if (part.isPresent() && (job.state() != TransferState.VALIDATED || isFound)) {
            try {
                device.delete(part.get());
            } catch (TransferException e) {
                log.info("{} keeps the beginning of {}: {}", device.thing(), place, e.getMessage());
            }
        }
    }

    @Override
    public void close() {
        // Nothing is open here.
    }
}
