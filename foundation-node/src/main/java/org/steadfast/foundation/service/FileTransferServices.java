package org.steadfast.foundation.service;

import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.TimeUnit;
import org.steadfast.foundation.model.BuiltIns;
import org.steadfast.foundation.model.Model;
import org.steadfast.foundation.model.ModelException;
import org.steadfast.foundation.model.Thing;
import org.steadfast.foundation.security.Authority;
import org.steadfast.foundation.security.Principal;
import org.steadfast.foundation.security.Right;
import org.steadfast.foundation.transfer.FilePlace;
import org.steadfast.foundation.transfer.FileTransfers;
import org.steadfast.foundation.transfer.TransferException;
import org.steadfast.foundation.transfer.TransferJob;
import org.steadfast.foundation.transfer.TransferState;
import org.steadfast.protocol.type.BaseType;
import org.steadfast.protocol.type.Value;

/** Copies files between devices and repositories, for users and for devices (device protocol, section 10). */
final class FileTransferServices {
    static final String SUBSYSTEM = "FileTransferSubsystem";
    /** How long whoever wants to wait for a copy waits for it, where no time is said: less than devices wait for answers. */
    private static final Duration WAIT = Duration.ofSeconds(8);
    /** By so much an answer comes before its time is over. */
    private static final Duration BEFORE = Duration.ofMillis(300);

    private static final int MOST_LISTED = 1_000;
    private static final int LONGEST_PATH = 1_024;
    private static final int LONGEST_NAME = 255;

    private final FileTransfers transfers;
    private final Model model;
    private final Authority authority;

    FileTransferServices(FileTransfers transfers, Model model, Authority authority) {
        this.transfers = transfers;
        this.model = model;
        this.authority = authority;
    }

    List<BuiltInService> services() {
        return List.of(
                BuiltInService.changing(
                                "Copy(sourceRepo:THINGNAME*, sourcePath:STRING, sourceFile:STRING*, targetRepo:THINGNAME*,"
                                        + " targetPath:STRING, targetFile:STRING, async:BOOLEAN, timeout:INTEGER,"
                                        + " queueable:BOOLEAN) -> result:INFOTABLE",
                                this::copy)
                        .needing(BuiltInService.Need.NOTHING),
                BuiltInService.reading(
                                "GetTransferJob(transferId:STRING*) -> result:INFOTABLE",
                                request -> require(request).thenApply(FileTransferServices::table))
                        .needing(BuiltInService.Need.NOTHING),
                BuiltInService.reading("GetTransferJobs() -> result:INFOTABLE", this::all)
                        .needing(BuiltInService.Need.NOTHING),
                BuiltInService.reading(
                                "IsTransferJobActive(transferId:STRING*) -> result:BOOLEAN",
                                request -> require(request)
                                        .thenApply(job -> ServiceResult.of(
                                                new Value.Bool(!job.state().isEnd()))))
                        .needing(BuiltInService.Need.NOTHING),
                BuiltInService.changing("CancelTransferJob(transferId:STRING*) -> result:NOTHING", this::cancel)
                        .needing(BuiltInService.Need.NOTHING));
    }

    private CompletionStage<ServiceResult> copy(ServiceRequest request) throws Exception {
        String file = request.text("sourceFile");
        FilePlace source = new FilePlace(request.text("sourceRepo"), request.text("sourcePath", "/"), file);
        FilePlace target = new FilePlace(
                request.text("targetRepo"), request.text("targetPath", "/"), request.text("targetFile", file));
        requireName(request, "sourceFile", source.file());
        requireName(request, "targetFile", target.file());
        requirePath(request, "sourcePath", source.path());
        requirePath(request, "targetPath", target.path());
        if (request.flag("queueable", false)) {
            throw request.invalid("queueable", "copies that wait for a device to connect are not there; leave it out");
        }
        Optional<Duration> timeout = timeout(request);
        requireMay(request.principal(), source.repository(), "LoadBinary", "ReadFromBinaryFile");
        requireMay(request.principal(), target.repository(), "SaveBinary", "WriteToBinaryFile");
        FileTransfers.Begun begun;
        try {
            begun = transfers.begin(request.principal().user(), source, target, timeout);
        } catch (TransferException e) {
            throw translate(e);
        }
        if (request.flag("async", false)) {
            return CompletableFuture.completedFuture(table(begun.job()));
        }
        long wait = Math.min(
                request.patience().toMillis(),
                timeout.map(time -> Math.max(1, time.minus(BEFORE).toMillis())).orElse(WAIT.toMillis()));
        return begun.end()
                .copy()
                .thenApply(Optional::of)
                .completeOnTimeout(Optional.empty(), wait, TimeUnit.MILLISECONDS)
                .thenCompose(end -> end.isPresent()
                        ? CompletableFuture.completedFuture(end)
                        : transfers.find(begun.job().id()))
                .thenApply(job -> table(job.orElse(begun.job())));
    }

    private static void requireName(ServiceRequest request, String parameter, String file) throws ServiceException {
        if (file.contains("/") || file.contains("\\") || file.equals("..")) {
            throw request.invalid(parameter, "must be a name; its folder is the path");
        }
        if (file.length() > LONGEST_NAME) {
            throw request.invalid(parameter, "has more than " + LONGEST_NAME + " characters");
        }
    }

    private static void requirePath(ServiceRequest request, String parameter, String path) throws ServiceException {
        if (path.length() > LONGEST_PATH) {
            throw request.invalid(parameter, "has more than " + LONGEST_PATH + " characters");
        }
    }

    /** Milliseconds; devices send 0 for none. */
    private static Optional<Duration> timeout(ServiceRequest request) throws ServiceException {
        Optional<Value> sent = request.value("timeout", BaseType.NUMBER);
        double millis = sent.isPresent() ? ((Value.Number) sent.get()).number() : 0;
        return millis >= 1 ? Optional.of(Duration.ofMillis((long) millis)) : Optional.empty();
    }

    /** Whoever copies may do what the services of the two ends do. */
    private void requireMay(Principal principal, String repository, String ofRepository, String ofDevice)
            throws ModelException {
        Thing thing = model.things().require(repository);
        authority
                .of(principal, thing)
                .requireVisible()
                .require(Right.SERVICE_INVOKE, thing.isA(BuiltIns.FILE_REPOSITORY) ? ofRepository : ofDevice);
    }

    /** Of those that somebody wanted themselves; administrators see all. */
    private CompletionStage<ServiceResult> all(ServiceRequest request) throws ModelException {
        boolean isAdministrator = authority.isAdministrator(request.principal());
        return transfers
                .all()
                .thenApply(jobs -> jobs.stream()
                        .filter(job -> isAdministrator
                                || job.user().equals(request.principal().user()))
                        .limit(MOST_LISTED)
                        .toList())
                .thenApply(jobs -> ServiceResult.of(new Value.Table(TransferJob.table(jobs))))
                .exceptionallyCompose(failure -> CompletableFuture.failedFuture(
                        ServiceFailure.unwrap(failure) instanceof TransferException busy ? translate(busy) : failure));
    }

    private CompletableFuture<TransferJob> require(ServiceRequest request) throws ServiceException, ModelException {
        String id = request.text("transferId");
        boolean isAdministrator = authority.isAdministrator(request.principal());
        return transfers
                .find(id)
                .thenCompose(found -> found.filter(job -> isAdministrator
                                || job.user().equals(request.principal().user()))
                        .map(CompletableFuture::completedFuture)
                        .orElseGet(() -> CompletableFuture.failedFuture(new ServiceException(
                                ServiceException.Kind.NOT_FOUND,
                                "there is no copy [" + id
                                        + "] of yours; those that have ended are forgotten after an hour"))));
    }

    private CompletionStage<ServiceResult> cancel(ServiceRequest request) throws ServiceException, ModelException {
        return require(request)
                .thenCompose(job -> transfers
                        .cancel(job.id())
                        .thenCompose(isToEnd -> isToEnd || job.state() == TransferState.CANCELLED
                                ? CompletableFuture.completedFuture(ServiceResult.NOTHING)
                                : CompletableFuture.failedFuture(new ServiceException(
                                        ServiceException.Kind.INVALID,
                                        "it is too late: the copy [" + job.id() + "] is "
                                                + (job.state().isEnd() ? job.state() : "being put in its place")))));
    }

    private static ServiceResult table(TransferJob job) {
        return ServiceResult.of(new Value.Table(TransferJob.table(List.of(job))));
    }

    private static ServiceException translate(TransferException e) {
        ServiceException.Kind kind = switch (e.kind()) {
            case INVALID -> ServiceException.Kind.INVALID;
            case NOT_FOUND -> ServiceException.Kind.NOT_FOUND;
            case BUSY, AWAY -> ServiceException.Kind.UNAVAILABLE;
            case REFUSED, FAILED -> ServiceException.Kind.FAILED;
        };
        return new ServiceException(kind, e.getMessage(), e);
    }
}
