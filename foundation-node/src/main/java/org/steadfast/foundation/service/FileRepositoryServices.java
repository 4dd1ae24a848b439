package org.steadfast.foundation.service;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.ByteArrayInputStream;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import org.steadfast.foundation.repository.Archives;
import org.steadfast.foundation.repository.FileRepositories;
import org.steadfast.foundation.repository.Repository;
import org.steadfast.foundation.repository.RepositoryEntry;
import org.steadfast.foundation.repository.RepositoryException;
import org.steadfast.foundation.repository.RepositoryPath;
import org.steadfast.protocol.json.InvalidValueException;
import org.steadfast.protocol.json.Json;
import org.steadfast.protocol.type.BaseType;
import org.steadfast.protocol.type.FieldDefinition;
import org.steadfast.protocol.type.Infotable;
import org.steadfast.protocol.type.Value;

/** The files of repositories: listed, read, written, moved and deleted. Whole files pass through memory; long ones have addresses of their own. */
final class FileRepositoryServices {
    private final FileRepositories repositories;
    private final int mostBytes;

    /** @param mostBytes that a service gives or takes, as much as the body of a request may have */
    FileRepositoryServices(FileRepositories repositories, int mostBytes) {
        this.repositories = repositories;
        this.mostBytes = mostBytes;
    }

    List<BuiltInService> services() {
        List<BuiltInService> services = new ArrayList<>(listings());
        services.addAll(contents());
        services.addAll(changes());
        return services;
    }

    private List<BuiltInService> listings() {
        return List.of(
                reading("GetFileListing(path:STRING, nameMask:STRING) -> result:INFOTABLE", this::list),
                reading(
                        "ListFiles(path:STRING, nameMask:STRING) -> result:INFOTABLE",
                        (repository, request) -> list(repository, request, false)),
                reading(
                        "ListDirectories(path:STRING, nameMask:STRING) -> result:INFOTABLE",
                        (repository, request) -> list(repository, request, true)),
                reading(
                        "GetFileInfo(path:STRING*) -> result:INFOTABLE",
                        (repository, request) -> table(List.of(repository.find(path(request, "path"))))));
    }

    private List<BuiltInService> contents() {
        return List.of(
                reading(
                        "LoadText(path:STRING*) -> result:TEXT",
                        (repository, request) -> new Value.Text(BaseType.TEXT, text(repository, request))),
                reading(
                        "LoadBinary(path:STRING*) -> result:BLOB",
                        (repository, request) ->
                                new Value.Bytes(BaseType.BLOB, repository.read(path(request, "path"), mostBytes))),
                reading(
                        "LoadJSON(path:STRING*) -> result:JSON",
                        (repository, request) -> new Value.Json(BaseType.JSON, json(repository, request))),
                changing(
                        "SaveText(path:STRING*, content:TEXT) -> result:NOTHING",
                        (repository, request) -> save(repository, request, utf8(request, "content"), true)),
                changing(
                        "SaveBinary(path:STRING*, content:BLOB) -> result:NOTHING",
                        (repository, request) -> save(repository, request, bytes(request, "content"), true)),
                changing(
                        "SaveJSON(path:STRING*, content:JSON) -> result:NOTHING",
                        (repository, request) -> save(repository, request, document(request), true)),
                changing(
                        "CreateTextFile(path:STRING*, data:TEXT, overwrite:BOOLEAN) -> result:NOTHING",
                        (repository, request) ->
                                save(repository, request, utf8(request, "data"), request.flag("overwrite", false))),
                changing(
                        "CreateBinaryFile(path:STRING*, data:BLOB, overwrite:BOOLEAN) -> result:NOTHING",
                        (repository, request) ->
                                save(repository, request, bytes(request, "data"), request.flag("overwrite", false))));
    }

    private List<BuiltInService> changes() {
        return List.of(
                changing("CreateFolder(path:STRING*) -> result:NOTHING", (repository, request) -> {
                    repository.makeFolder(path(request, "path"));
                    return Value.NOTHING;
                }),
                changing("DeleteFile(path:STRING*) -> result:NOTHING", (repository, request) -> {
                    repository.deleteFile(path(request, "path"));
                    return Value.NOTHING;
                }),
                changing("DeleteFolder(path:STRING*) -> result:NOTHING", (repository, request) -> {
                    repository.deleteFolder(path(request, "path"));
                    return Value.NOTHING;
                }),
                changing(
                        "MoveFile(sourcePath:STRING*, targetPath:STRING*, overwrite:BOOLEAN) -> result:NOTHING",
                        (repository, request) -> {
                            repository.move(
                                    path(request, "sourcePath"),
                                    path(request, "targetPath"),
                                    request.flag("overwrite", false));
                            return Value.NOTHING;
                        }),
                changing("RenameFile(path:STRING*, name:STRING*, overwrite:BOOLEAN) -> result:NOTHING", this::rename),
                changing(
                        "CreateZipArchive(newFileName:STRING*, path:STRING, files:INFOTABLE) -> result:NOTHING",
                        this::pack),
                changing(
                        "ExtractZipArchive(path:STRING, zipFileName:STRING*) -> result:NOTHING",
                        (repository, request) -> {
                            RepositoryPath folder = path(request, "path");
                            new Archives(repository).unpack(below(folder, request, "zipFileName"), folder);
                            return Value.NOTHING;
                        }));
    }

    /** Does something with the repository that was asked. */
    @FunctionalInterface
    private interface Work {
        Value run(Repository repository, ServiceRequest request) throws Exception;
    }

    private BuiltInService reading(String signature, Work work) {
        return BuiltInService.reading(signature, request -> run(request, work));
    }

    private BuiltInService changing(String signature, Work work) {
        return BuiltInService.changing(signature, request -> run(request, work));
    }

    private CompletionStage<ServiceResult> run(ServiceRequest request, Work work) throws Exception {
        Repository repository = repositories.of(request.entity());
        CompletableFuture<Value> done = repositories.run(() -> work.run(repository, request));
        return done.thenApply(ServiceResult::of);
    }

    /** The root where nothing is said. */
    private static RepositoryPath path(ServiceRequest request, String parameter)
            throws ServiceException, RepositoryException {
        return RepositoryPath.parse(request.text(parameter, "/"));
    }

    private static RepositoryPath below(RepositoryPath folder, ServiceRequest request, String parameter)
            throws ServiceException, RepositoryException {
        return RepositoryPath.parse(folder + "/" + request.text(parameter));
    }

    private Value list(Repository repository, ServiceRequest request) throws Exception {
        return table(repository.list(path(request, "path")).stream()
                .filter(entry -> isMeant(entry, request))
                .toList());
    }

    private Value list(Repository repository, ServiceRequest request, boolean folders) throws Exception {
        return table(repository.list(path(request, "path")).stream()
                .filter(entry -> entry.isFolder() == folders && isMeant(entry, request))
                .toList());
    }

    private static boolean isMeant(RepositoryEntry entry, ServiceRequest request) {
        String mask = request.parameters().path("nameMask").asText("");
        return mask.isEmpty() || FileMask.matches(mask, entry.path().name());
    }

    private static Value table(List<RepositoryEntry> entries) {
        Infotable.Builder rows = new Infotable.Builder(
                new FieldDefinition("name", BaseType.STRING),
                new FieldDefinition("path", BaseType.STRING),
                new FieldDefinition("size", BaseType.NUMBER),
                new FieldDefinition("lastModifiedDate", BaseType.DATETIME),
                new FieldDefinition("fileType", BaseType.STRING));
        entries.forEach(entry -> rows.row(
                Value.string(entry.path().name()),
                Value.string(entry.path().toString()),
                Value.number(entry.size()),
                new Value.Datetime(entry.modified().toEpochMilli()),
                Value.string(entry.isFolder() ? "D" : "F")));
        return new Value.Table(rows.build());
    }

    private String text(Repository repository, ServiceRequest request) throws Exception {
        RepositoryPath path = path(request, "path");
        try {
            return StandardCharsets.UTF_8
                    .newDecoder()
                    .decode(ByteBuffer.wrap(repository.read(path, mostBytes)))
                    .toString();
        } catch (CharacterCodingException e) {
            throw new ServiceException(
                    ServiceException.Kind.INVALID, "[" + path + "] is no text in UTF-8; use LoadBinary", e);
        }
    }

    private JsonNode json(Repository repository, ServiceRequest request) throws Exception {
        RepositoryPath path = path(request, "path");
        try {
            return Json.read(repository.read(path, mostBytes));
        } catch (InvalidValueException e) {
            throw new ServiceException(ServiceException.Kind.INVALID, "[" + path + "] is " + e.getMessage(), e);
        }
    }

    private static Value save(Repository repository, ServiceRequest request, byte[] content, boolean overwrite)
            throws Exception {
        repository.save(path(request, "path"), new ByteArrayInputStream(content), overwrite);
        return Value.NOTHING;
    }

    private static byte[] utf8(ServiceRequest request, String parameter) throws ServiceException {
        return request.text(parameter, "").getBytes(StandardCharsets.UTF_8);
    }

    private static byte[] bytes(ServiceRequest request, String parameter) throws ServiceException {
        return request.value(parameter, BaseType.BLOB)
                .map(value -> ((Value.Bytes) value).bytes())
                .orElse(new byte[0]);
    }

    private static byte[] document(ServiceRequest request) throws ServiceException {
        Value content =
                request.value("content", BaseType.JSON).orElseThrow(() -> request.invalid("content", "must be given"));
        return Json.write(((Value.Json) content).node()).getBytes(StandardCharsets.UTF_8);
    }

    private Value rename(Repository repository, ServiceRequest request) throws Exception {
        RepositoryPath from = path(request, "path");
        String name = request.text("name");
        if (from.names().isEmpty() || name.contains("/")) {
            throw request.invalid("name", "must be a name without a path, and path not the root");
        }
        RepositoryPath folder =
                new RepositoryPath(from.names().subList(0, from.names().size() - 1));
        repository.move(from, RepositoryPath.parse(folder + "/" + name), request.flag("overwrite", false));
        return Value.NOTHING;
    }

    /** What is in the folder, or the files that are named: in a column path or name, below the folder. */
    private Value pack(Repository repository, ServiceRequest request) throws Exception {
        RepositoryPath folder = path(request, "path");
        RepositoryPath archive = below(folder, request, "newFileName");
        List<RepositoryPath> what = new ArrayList<>();
        JsonNode rows = request.parameters().path("files").path("rows");
        if (rows.isEmpty()) {
            for (RepositoryEntry entry : repository.list(folder)) {
                if (!entry.path().equals(archive)) {
                    what.add(entry.path());
                }
            }
        }
        for (JsonNode row : rows) {
            String name = row.path("path").asText(row.path("name").asText(""));
            if (name.isEmpty()) {
                throw request.invalid("files", "each row needs a path or name");
            }
            RepositoryPath named = RepositoryPath.parse(name);
            boolean isAbsolute = named.names().size() > folder.names().size()
                    && named.names().subList(0, folder.names().size()).equals(folder.names());
            what.add(isAbsolute ? named : RepositoryPath.parse(folder + "/" + name));
        }
        new Archives(repository).pack(folder, what, archive);
        return Value.NOTHING;
    }
}
