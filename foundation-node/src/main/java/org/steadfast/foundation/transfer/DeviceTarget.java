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
    private String part = "";
    private String id = "";
    private boolean isMoving;

    DeviceTarget(DeviceFiles device, FilePlace place) {
        this.device = device;
        this.place = place;
    }

    @Override
    public void begin(TransferJob job, long size) throws TransferException, InterruptedException {
        boolean isAgain = !part.isEmpty();
        id = job.id();
        terms = device.terms();
        if (size > terms.mostBytes()) {
            throw new TransferException(
                    TransferException.Kind.INVALID,
                    "the file has " + size + " bytes, " + device.thing() + " takes at most "
                            + (long) terms.mostBytes());
        }
        part = terms.staging() + "/" + device.thing() + place.whole().replace('/', '.') + ".part";
        if (isAgain) {
            // The device closes it then; what is open it does not delete.
            device.ended(job.ended(TransferState.FAILED, "begins again", 0));
        }
        // What an earlier copy has left: devices add what comes to its end.
        device.delete(part);
        device.start(place.whole(), "write", id, () -> device.delete(part));
    }

    @Override
    public int blockBytes() {
        return terms.blockBytes();
    }

    @Override
    public void write(long offset, byte[] block) throws TransferException, InterruptedException {
        device.write(part, offset, block, id);
    }

    @Override
    public long length() throws TransferException, InterruptedException {
        return device.length(part);
    }

    @Override
    public Optional<String> checksum() throws TransferException, InterruptedException {
        return Optional.of(device.checksum(part));
    }

    @Override
    public void commit() throws TransferException, InterruptedException {
        // The first name is a folder that the device shares, and there.
        if (place.folder().indexOf('/', 1) > 0) {
            device.makeFolder(place.folder());
        }
        if (isMoving && isMoved()) {
            return;
        }
        isMoving = true;
        device.move(part, place.whole());
    }

    private boolean isMoved() throws TransferException, InterruptedException {
        try {
            var unused = device.length(part);
            return false;
        } catch (TransferException e) {
            if (e.kind() == TransferException.Kind.REFUSED) {
                log.debug("{} has {} no more, so it was moved", device.thing(), part, e);
                return true;
            }
            throw e;
        }
    }

    @Override
    public void ended(TransferJob job) throws InterruptedException {
        if (part.isEmpty()) {
            return;
        }
        device.ended(job);
        if (job.state() != TransferState.VALIDATED) {
            try {
                device.delete(part);
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
