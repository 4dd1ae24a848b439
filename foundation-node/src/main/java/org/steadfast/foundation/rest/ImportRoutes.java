package org.steadfast.foundation.rest;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import jakarta.servlet.http.Part;
import java.io.InputStream;
import java.util.List;
import java.util.concurrent.CompletionStage;
import java.util.stream.Stream;
import org.steadfast.foundation.exchange.ExchangeSettings;
import org.steadfast.foundation.exchange.ExtensionPackages;
import org.steadfast.foundation.exchange.ExtensionPackages.Report;
import org.steadfast.foundation.exchange.ExtensionPackages.Step;
import org.steadfast.foundation.exchange.ImportOptions;
import org.steadfast.foundation.exchange.Importer;
import org.steadfast.foundation.exchange.Importer.Imported;
import org.steadfast.foundation.security.Authority;
import org.steadfast.protocol.json.Json;

/** Takes entities as files: documents, archives of documents, packages. */
final class ImportRoutes {
    private static final String IGNORED = "X-Import-Ignored";

    private final Importer importer;
    private final ExtensionPackages packages;
    private final ExchangeSettings settings;
    private final Authority authority;

    ImportRoutes(Importer importer, ExtensionPackages packages, ExchangeSettings settings, Authority authority) {
        this.authority = authority;
        this.importer = importer;
        this.packages = packages;
        this.settings = settings;
    }

    List<Route> routes() {
        return Stream.of(
                        Route.of("POST", "Importer", Route.Access.WRITE, importing(), this::run),
                        Route.of("POST", "DataImporter", Route.Access.WRITE, importing(), this::run),
                        Route.of("POST", "ExtensionPackageUploader", Route.Access.WRITE, uploading(), this::upload))
                .map(route -> route.within(settings.importDeadline()))
                .toList();
    }

    private static Operation importing() {
        Schema lines = Schema.arrayOf(Schema.string());
        return upload("Imports entities, all of a file or none of them")
                .neededQuery("purpose", Schema.oneOf("import"), "What for")
                .query(
                        "overwritePropertyValues",
                        Schema.bool().byDefault(false),
                        "Whether values that are there are replaced")
                .query(
                        "overwriteConfigurationTableValues",
                        Schema.bool().byDefault(false),
                        "Whether configuration tables that are there are replaced")
                .query("report", Schema.bool().byDefault(false), "Whether to answer with a report")
                .giving("The word success", "text/plain", Schema.string())
                .orGiving(
                        "application/json",
                        Schema.object().mayHave("entities", lines).mayHave("ignored", lines))
                .with(IGNORED, "How many things in the file mean nothing here and were left out")
                .changingModel();
    }

    private static Operation uploading() {
        Schema step = Schema.object()
                .has(
                        "rows",
                        Schema.arrayOf(Schema.object()
                                .has(
                                        "extensionPackage",
                                        Schema.object()
                                                .has(
                                                        "rows",
                                                        Schema.arrayOf(Schema.object()
                                                                        .has("name", Schema.string())
                                                                        .has("packageVersion", Schema.string()))
                                                                .ofLength(1)))
                                .has(
                                        "extensionReportStatus",
                                        Schema.integer().described("0 well, 1 failure, 2 warning, 3 alert"))
                                .has("reportMessage", Schema.string())
                                .has("extensionException", Schema.string())));
        return upload("Installs an extension package of entities")
                .neededQuery("purpose", Schema.oneOf("import", "upgrade"), "What for; both do the same")
                .query("validate", Schema.bool().byDefault(false), "Whether to look at it only")
                .giving(
                        "What was found, and what was done",
                        Schema.object()
                                .has(
                                        "rows",
                                        Schema.arrayOf(Schema.object()
                                                .mayHave("validate", step)
                                                .mayHave("install", step))));
    }

    private static Operation upload(String summary) {
        return Operation.of("Files", summary)
                .header(Exchange.XSRF_TOKEN, true, "Any value: forms of other sites cannot send it")
                .taking(
                        "multipart/form-data",
                        Schema.object().has("file", Schema.any().described("The file; the part may have any name")))
                .failing("406");
    }

    private CompletionStage<Reply> run(Exchange exchange) throws Exception {
        authority.requireAdministrator(exchange.principal(), "Importer", "the platform");
        requirePurpose(exchange, List.of("import"));
        ImportOptions options = new ImportOptions(
                flag(exchange, "overwritePropertyValues"), flag(exchange, "overwriteConfigurationTableValues"));
        boolean isReportWanted = flag(exchange, "report");
        Part file = exchange.file(settings.mostImportBytes());
        try (InputStream content = file.getInputStream()) {
            return importer.run(content, options, exchange.principal()).thenApply(done -> answer(done, isReportWanted));
        } finally {
            file.delete();
        }
    }

    private static Reply answer(Imported done, boolean isReportWanted) {
        Reply reply = !done.seenEverywhere()
                ? Changes.notKnownEverywhere()
                : isReportWanted ? Reply.json(report(done)) : Reply.text(200, "success");
        return reply.with(IGNORED, Integer.toString(done.ignored().size()));
    }

    private static String report(Imported done) {
        ObjectNode report = JsonNodeFactory.instance.objectNode();
        done.entities().forEach(ref -> report.withArrayProperty("entities").add(ref.toString()));
        done.ignored().forEach(line -> report.withArrayProperty("ignored").add(line));
        return Json.write(report);
    }

    private CompletionStage<Reply> upload(Exchange exchange) throws Exception {
        authority.requireAdministrator(exchange.principal(), "ExtensionPackageUploader", "the platform");
        requirePurpose(exchange, List.of("import", "upgrade"));
        boolean validateOnly = flag(exchange, "validate");
        Part file = exchange.file(settings.mostImportBytes());
        try (InputStream content = file.getInputStream()) {
            return packages.upload(content, validateOnly, exchange.principal())
                    .thenApply(report -> Reply.json(Json.write(json(report))));
        } finally {
            file.delete();
        }
    }

    private static ObjectNode json(Report report) {
        ObjectNode json = JsonNodeFactory.instance.objectNode();
        var rows = json.putArray("rows");
        rows.addObject().set("validate", json(report.validate()));
        report.install().ifPresent(install -> rows.addObject().set("install", json(install)));
        return json;
    }

    private static ObjectNode json(Step step) {
        ObjectNode row = JsonNodeFactory.instance.objectNode();
        ObjectNode described =
                row.putObject("extensionPackage").putArray("rows").addObject();
        described.put("name", step.packageName());
        described.put("packageVersion", step.packageVersion());
        row.put("extensionReportStatus", step.status());
        row.put("reportMessage", step.message());
        row.put("extensionException", "");
        ObjectNode table = JsonNodeFactory.instance.objectNode();
        table.putArray("rows").add(row);
        return table;
    }

    private static void requirePurpose(Exchange exchange, List<String> known) throws RestException {
        String purpose = exchange.query("purpose").orElse("");
        if (!known.contains(purpose)) {
            throw new RestException(
                    400, "query purpose: must be " + String.join(" or ", known) + ", not [" + purpose + "]");
        }
    }

    private static boolean flag(Exchange exchange, String name) throws RestException {
        return exchange.query(name).map(text -> text.equalsIgnoreCase("true")).orElse(false);
    }
}
