package org.steadfast.persistence.backup;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.time.Instant;
import java.time.YearMonth;
import java.time.format.DateTimeParseException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.TreeMap;

/**
 * What a backup holds.
 *
 * @param schemaVersion of the tables
 * @param made when
 * @param tables in an order in which each comes after those that it refers to
 * @param sequences by their names, a number that none of their numbers in the tables exceeds
 * @param months of which history has partitions
 * @param files of repositories; empty where they are no part of it
 */
public record BackupManifest(
        String schemaVersion,
        Instant made,
        List<TableContent> tables,
        Map<String, Long> sequences,
        List<YearMonth> months,
        Optional<FilesContent> files) {
    static final String ENTRY = "manifest.json";
    private static final String FORMAT = "steadfast-backup-2";
    /** Had no files, and nothing that says so. */
    private static final String EARLIER_FORMAT = "steadfast-database-1";

    public BackupManifest {
        Objects.requireNonNull(schemaVersion, "schemaVersion is null");
        Objects.requireNonNull(made, "made is null");
        tables = List.copyOf(tables);
        sequences = Map.copyOf(sequences);
        months = List.copyOf(months);
        Objects.requireNonNull(files, "files is null");
    }

    /**
     * The rows of a table, in the text format of PostgreSQL's COPY.
     *
     * @param columns in the order in which they stand in each row
     * @param sha256 of those bytes, in hexadecimal digits
     */
    public record TableContent(String name, List<String> columns, long rows, String sha256) {
        public TableContent {
            Objects.requireNonNull(name, "name is null");
            Objects.requireNonNull(sha256, "sha256 is null");
            columns = List.copyOf(columns);
        }

        String entry() {
            return entryOf(name);
        }

        /** Where the rows of a table stand in the archive. */
        static String entryOf(String name) {
            return "tables/" + name;
        }
    }

    /**
     * The files of repositories, in the order in which they stand in the archive.
     *
     * @param bytes that they have together
     * @param sha256 of their names and contents, in hexadecimal digits
     */
    public record FilesContent(long files, long bytes, String sha256) {
        public FilesContent {
            Objects.requireNonNull(sha256, "sha256 is null");
        }
    }

    /** How many rows there are in all tables. */
    public long rows() {
        return tables.stream().mapToLong(TableContent::rows).sum();
    }

    String toJson() {
        ObjectNode json = JsonNodeFactory.instance.objectNode();
        json.put("format", FORMAT).put("schemaVersion", schemaVersion).put("made", made.toString());
        tables.forEach(table -> {
            ObjectNode one = json.withArray("tables").addObject();
            one.put("name", table.name()).put("rows", table.rows()).put("sha256", table.sha256());
            table.columns().forEach(one.withArray("columns")::add);
        });
        new TreeMap<>(sequences).forEach(json.withObject("/sequences")::put);
        months.forEach(month -> json.withArray("months").add(month.toString()));
        files.ifPresent(content -> json.putObject("files")
                .put("files", content.files())
                .put("bytes", content.bytes())
                .put("sha256", content.sha256()));
        return json.toPrettyString();
    }

    /** @throws BackupException if it is no manifest of this format */
    static BackupManifest of(JsonNode json) throws BackupException {
        String format = json.path("format").asText();
        if (!format.equals(FORMAT) && !format.equals(EARLIER_FORMAT)) {
            throw new BackupException("it is no backup of the format " + FORMAT + " but of [" + format + "]");
        }
        try {
            List<TableContent> tables = new ArrayList<>();
            for (JsonNode table : json.path("tables")) {
                tables.add(new TableContent(
                        table.path("name").asText(),
                        texts(table.path("columns")),
                        table.path("rows").asLong(),
                        table.path("sha256").asText()));
            }
            Map<String, Long> sequences = new TreeMap<>();
            json.path("sequences")
                    .properties()
                    .forEach(sequence ->
                            sequences.put(sequence.getKey(), sequence.getValue().asLong()));
            return new BackupManifest(
                    json.path("schemaVersion").asText(),
                    Instant.parse(json.path("made").asText()),
                    tables,
                    sequences,
                    texts(json.path("months")).stream().map(YearMonth::parse).toList(),
                    json.has("files") ? Optional.of(files(json.path("files"))) : Optional.empty());
        } catch (DateTimeParseException e) {
            throw new BackupException("its " + ENTRY + " is damaged: " + e.getMessage(), e);
        }
    }

    private static FilesContent files(JsonNode json) {
        return new FilesContent(
                json.path("files").asLong(),
                json.path("bytes").asLong(),
                json.path("sha256").asText());
    }

    private static List<String> texts(JsonNode list) {
        List<String> texts = new ArrayList<>();
        list.forEach(text -> texts.add(text.asText()));
        return texts;
    }
}
