package org.steadfast.foundation.rest;

import jakarta.servlet.http.Part;
import java.io.InputStream;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import org.steadfast.foundation.model.Model;
import org.steadfast.foundation.repository.FileRepositories;
import org.steadfast.foundation.repository.Repository;
import org.steadfast.foundation.repository.RepositoryException;
import org.steadfast.foundation.repository.RepositoryPath;
import org.steadfast.foundation.security.Authority;
import org.steadfast.foundation.security.Principal;
import org.steadfast.foundation.security.Right;

/** Takes and gives the files of repositories as they are, piece by piece. */
final class RepositoryRoutes {
    /** The services whose right it takes to do the same by an address. */
    private static final String READING = "LoadBinary";

    private static final String WRITING = "SaveBinary";

    private final FileRepositories repositories;
    private final Model model;
    private final Authority authority;
    private final Duration deadline;

    /** @param deadline of uploads */
    RepositoryRoutes(FileRepositories repositories, Model model, Authority authority, Duration deadline) {
        this.repositories = repositories;
        this.model = model;
        this.authority = authority;
        this.deadline = deadline;
    }

    List<Route> routes() {
        return List.of(
                Route.of("POST", "FileRepositoryUploader", Route.Access.WRITE, uploading(), this::upload)
                        .within(deadline),
                Route.of(
                        "GET",
                        "FileRepositoryDownloader",
                        Route.Access.READ,
                        Download.operation()
                                .neededQuery("download-repository", Schema.string(), "The thing that has it")
                                .neededQuery("download-path", Schema.string(), "The file")
                                .query(
                                        "directRender",
                                        Schema.bool().byDefault(false),
                                        "To show it, where that does no harm, instead of to keep it"),
                        exchange -> download(
                                exchange,
                                needed(exchange, "download-repository"),
                                needed(exchange, "download-path"),
                                exchange.query("directRender")
                                        .map("true"::equalsIgnoreCase)
                                        .orElse(false))),
                Route.of(
                        "GET",
                        "FileRepositories/{repository}/{path...}",
                        Route.Access.READ,
                        Download.operation()
                                .path("repository", "The thing that has it")
                                .path("path", "The file, with the folders that it is in"),
                        exchange -> download(exchange, exchange.path("repository"), exchange.path("path"), true)));
    }

    private static Operation uploading() {
        return Operation.of("Files", "Writes files into a folder of a repository, and replaces those that are there")
                .header(Exchange.XSRF_TOKEN, true, "Any value: forms of other sites cannot send it")
                .taking(
                        "multipart/form-data",
                        Schema.object()
                                .has("upload-repository", Schema.string().described("The thing that has it"))
                                .mayHave("upload-path", Schema.string().described("The folder; the root without it"))
                                .has(
                                        "upload-files",
                                        Schema.any().described("The files; these parts may have any name")))
                .failing("507");
    }

    private static String needed(Exchange exchange, String name) throws RestException {
        return exchange.query(name)
                .filter(text -> !text.isBlank())
                .orElseThrow(() -> new RestException(400, "query " + name + ": must be given"));
    }

    private void require(Principal principal, String thing, String service) throws Exception {
        authority.of(principal, model.things().require(thing)).requireVisible().require(Right.SERVICE_INVOKE, service);
    }

    private CompletionStage<Reply> upload(Exchange exchange) throws Exception {
        try (FileRepositories.Transfer transfer = repositories.transfer();
                Upload upload = exchange.upload(repositories.mostFileBytes(), "MostFileMegabytes")) {
            String thing = upload.text("upload-repository")
                    .filter(text -> !text.isBlank())
                    .orElseThrow(() -> new RestException(400, "part upload-repository: must name the repository"));
            require(exchange.principal(), thing, WRITING);
            RepositoryPath folder =
                    RepositoryPath.parse(upload.text("upload-path").orElse("/"));
            Repository repository = repositories.of(thing);
            // All names before the first is written.
            for (Part part : upload.files()) {
                target(folder, part);
            }
            for (Part part : upload.files()) {
                try (InputStream content = part.getInputStream()) {
                    repository.save(target(folder, part), content, true);
                }
            }
            return CompletableFuture.completedFuture(Reply.empty());
        }
    }

    /** Old browsers send the path that the file has with them. */
    private static RepositoryPath target(RepositoryPath folder, Part part) throws RepositoryException {
        String sent = part.getSubmittedFileName();
        String name = sent.substring(Math.max(sent.lastIndexOf('/'), sent.lastIndexOf('\\')) + 1);
        return RepositoryPath.parse(folder + "/" + name);
    }

    private CompletionStage<Reply> download(Exchange exchange, String thing, String path, boolean isShown)
            throws Exception {
        require(exchange.principal(), thing, READING);
        Repository repository = repositories.of(thing);
        RepositoryPath file = RepositoryPath.parse(path);
        FileRepositories.Transfer transfer = repositories.transfer();
        boolean isGiven = false;
        try {
            Reply reply = Download.of(repository.open(file), exchange, isShown, transfer);
            isGiven = true;
            return CompletableFuture.completedFuture(reply);
        } finally {
            if (!isGiven) {
                transfer.close();
            }
        }
    }
}
