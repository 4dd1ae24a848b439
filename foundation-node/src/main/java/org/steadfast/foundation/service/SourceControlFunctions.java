package org.steadfast.foundation.service;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.Semaphore;
import java.util.stream.Stream;
import org.steadfast.foundation.exchange.ExportSelection;
import org.steadfast.foundation.exchange.Exporter;
import org.steadfast.foundation.exchange.ImportOptions;
import org.steadfast.foundation.exchange.Importer;
import org.steadfast.foundation.model.EntityJson;
import org.steadfast.foundation.model.EntityType;
import org.steadfast.foundation.model.ModelException;
import org.steadfast.foundation.repository.Archives;
import org.steadfast.foundation.repository.FileRepositories;
import org.steadfast.foundation.repository.Repository;
import org.steadfast.foundation.repository.RepositoryPath;
import org.steadfast.protocol.type.Value;

/**
 * Entities as files of a repository, one for each, in folders by collection, as version control wants them. Exports only add and replace
 * files: what is no more keeps its file.
 */
final class SourceControlFunctions {
    private static final int MOST_AT_A_TIME = 2;

    private static final String SELECTION =
            "(repositoryName:THINGNAME*, path:STRING, projectName:PROJECTNAME, tags:TAGS, collection:STRING,"
                    + " includeDependents:BOOLEAN";

    private final Exporter exporter;
    private final Importer importer;
    private final FileRepositories repositories;
    /** Each has its archive on the disk, and a thread of the repositories. */
    private final Semaphore turns = new Semaphore(MOST_AT_A_TIME);

    SourceControlFunctions(Exporter exporter, Importer importer, FileRepositories repositories) {
        this.exporter = exporter;
        this.importer = importer;
        this.repositories = repositories;
    }

    List<BuiltInService> services() {
        return Stream.of(
                        BuiltInService.changing(
                                "ExportSourceControlledEntities" + SELECTION + ") -> result:NOTHING",
                                this::exportFiles),
                        BuiltInService.changing(
                                "ExportSourceControlledEntitiesToZipFile" + SELECTION
                                        + ", name:STRING) -> result:STRING",
                                this::exportArchive),
                        BuiltInService.changing(
                                "ImportSourceControlledEntities(repositoryName:THINGNAME*, path:STRING,"
                                        + " overwritePropertyValues:BOOLEAN,"
                                        + " overwriteConfigurationTableValues:BOOLEAN) -> result:NOTHING",
                                this::importFiles))
                .map(service -> service.needing(BuiltInService.Need.ADMINISTRATE))
                .toList();
    }

    private CompletionStage<ServiceResult> exportFiles(ServiceRequest request) throws Exception {
        ExportSelection selection = selection(request);
        RepositoryPath folder = RepositoryPath.parse(request.text("path", "/"));
        return export(request, selection, (repository, archive, entities) -> {
            if (entities == 0) {
                return Value.NOTHING;
            }
            try (InputStream content = Files.newInputStream(archive)) {
                new Archives(repository).unpack(content, "the export", folder);
            }
            return Value.NOTHING;
        });
    }

    private CompletionStage<ServiceResult> exportArchive(ServiceRequest request) throws Exception {
        ExportSelection selection = selection(request);
        String name = request.text("name", selection.project().isEmpty() ? "Entities" : selection.project());
        RepositoryPath file =
                RepositoryPath.parse(request.text("path", "/") + "/" + (name.endsWith(".zip") ? name : name + ".zip"));
        return export(request, selection, (repository, archive, entities) -> {
            try (InputStream content = Files.newInputStream(archive)) {
                repository.save(file, content, true);
            }
            return Value.string(file.toString());
        });
    }

    /** Puts an archive into a repository. */
    @FunctionalInterface
    private interface Putting {
        Value put(Repository repository, Path archive, int entities) throws Exception;
    }

    /** Made beside the repository as a whole first: an export that fails leaves what is there as it is. */
    private CompletionStage<ServiceResult> export(ServiceRequest request, ExportSelection selection, Putting putting)
            throws Exception {
        Repository repository = repositories.of(request.text("repositoryName"));
        if (!turns.tryAcquire()) {
            throw new ServiceException(
                    ServiceException.Kind.UNAVAILABLE,
                    MOST_AT_A_TIME + " exports into repositories are under way on this node; try again");
        }
        return repositories
                .run(() -> export(repository, selection, putting))
                .whenComplete((done, failure) -> turns.release())
                .thenApply(ServiceResult::of);
    }

    private Value export(Repository repository, ExportSelection selection, Putting putting) throws Exception {
        Path archive = Files.createTempFile("steadfast-export", ".zip");
        try {
            int entities;
            try (OutputStream out = Files.newOutputStream(archive)) {
                entities = exporter.archive(selection, out);
            }
            return putting.put(repository, archive, entities);
        } catch (IOException e) {
            throw e.getCause() instanceof ModelException model
                    ? model
                    : new ServiceException(
                            ServiceException.Kind.UNAVAILABLE, "the export cannot be made now: " + e.getMessage(), e);
        } finally {
            Files.deleteIfExists(archive);
        }
    }

    private static ExportSelection selection(ServiceRequest request) throws Exception {
        String collection = request.text("collection", "");
        List<EntityType> types = List.of(EntityType.values());
        if (!collection.isEmpty()) {
            types = List.of(EntityType.ofCollection(collection)
                    .orElseThrow(() -> request.invalid(
                            "collection", "there is no collection [" + collection + "] to export; one is Things")));
        }
        return new ExportSelection(
                types,
                Optional.empty(),
                request.text("projectName", ""),
                EntityJson.readTags(request.parameters().path("tags")),
                request.flag("includeDependents", false));
    }

    /** All files of a folder as one bundle, or one file: a document or an archive. */
    private CompletionStage<ServiceResult> importFiles(ServiceRequest request) throws Exception {
        Repository repository = repositories.of(request.text("repositoryName"));
        RepositoryPath path = RepositoryPath.parse(request.text("path", "/"));
        ImportOptions options = new ImportOptions(
                request.flag("overwritePropertyValues", false),
                request.flag("overwriteConfigurationTableValues", false));
        return repositories
                .run(() -> {
                    boolean isFolder =
                            path.names().isEmpty() || repository.find(path).isFolder();
                    return isFolder
                            ? importFolder(repository, path, options, request)
                            : importFile(repository.open(path).content(), options, request);
                })
                .thenCompose(imported -> imported)
                .thenApply(done -> new ServiceResult(Value.NOTHING, OptionalLong.empty(), done.seenEverywhere()));
    }

    private CompletionStage<Importer.Imported> importFolder(
            Repository repository, RepositoryPath folder, ImportOptions options, ServiceRequest request)
            throws Exception {
        Path archive = Files.createTempFile("steadfast-import", ".zip");
        try {
            int files = new Archives(repository)
                    .pack(folder, List.of(folder), name -> name.endsWith(".xml"), Files.newOutputStream(archive));
            if (files == 0) {
                throw new ServiceException(
                        ServiceException.Kind.NOT_FOUND, "there are no files *.xml in [" + folder + "]: not found");
            }
            return importFile(Files.newInputStream(archive), options, request);
        } catch (IOException e) {
            throw new ServiceException(
                    ServiceException.Kind.UNAVAILABLE, "the files cannot be read now: " + e.getMessage(), e);
        } finally {
            Files.deleteIfExists(archive);
        }
    }

    private CompletionStage<Importer.Imported> importFile(
            InputStream file, ImportOptions options, ServiceRequest request) throws Exception {
        try (InputStream content = file) {
            return importer.run(content, options, request.principal());
        } catch (IOException e) {
            throw new ServiceException(
                    ServiceException.Kind.UNAVAILABLE, "the files to import cannot be read: " + e.getMessage(), e);
        }
    }
}
