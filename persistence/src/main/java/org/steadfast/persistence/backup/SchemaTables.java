package org.steadfast.persistence.backup;

import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.YearMonth;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import org.steadfast.persistence.postgres.PostgresSchema;

/** What tables, columns and sequences the database has, as it says itself, so that none is forgotten; not those of extensions. Stateless. */
final class SchemaTables {
    private static final String TABLES = """
            select c.relname, a.attname
            from pg_class as c join pg_attribute as a on a.attrelid = c.oid
            where c.relnamespace = current_schema()::regnamespace and c.relkind in ('r', 'p') and not c.relispartition
                and c.relname <> ? and a.attnum > 0 and not a.attisdropped and a.attgenerated = ''
                and not exists (select from pg_depend as d where d.classid = 'pg_class'::regclass and d.objid = c.oid
                    and d.deptype = 'e')
            order by c.relname, a.attnum""";

    private static final String REFERENCES = """
            select k.conrelid::regclass::text, k.confrelid::regclass::text
            from pg_constraint as k
            where k.contype = 'f' and k.connamespace = current_schema()::regnamespace and k.conrelid <> k.confrelid""";

    /** One that has never been used has given 0 numbers: it begins with 1. */
    private static final String SEQUENCES = """
            select sequencename, coalesce(last_value, 0) from pg_sequences where schemaname = current_schema()""";

    private static final String PARTITIONS = """
            select c.relname from pg_inherits as i join pg_class as c on c.oid = i.inhrelid
            where i.inhparent = 'property_history'::regclass""";

    private static final String VERSION = "select version from " + PostgresSchema.VERSIONS
            + " where success and version is not null order by installed_rank desc limit 1";

    private static final Pattern MONTH = Pattern.compile("property_history_y(\\d{4})m(\\d{2})");

    private SchemaTables() {}

    /** The schema's version, as the transaction sees it. */
    static String version(Connection connection) throws SQLException {
        try (PreparedStatement statement = connection.prepareStatement(VERSION);
                ResultSet rows = statement.executeQuery()) {
            rows.next();
            return rows.getString(1);
        }
    }

    /** The columns of each table; tables in an order in which each comes after those that it refers to. */
    static Map<String, List<String>> columns(Connection connection) throws SQLException {
        Map<String, List<String>> tables = new LinkedHashMap<>();
        try (PreparedStatement statement = connection.prepareStatement(TABLES)) {
            statement.setString(1, PostgresSchema.VERSIONS);
            try (ResultSet rows = statement.executeQuery()) {
                while (rows.next()) {
                    tables.computeIfAbsent(rows.getString(1), name -> new ArrayList<>())
                            .add(rows.getString(2));
                }
            }
        }
        Map<String, List<String>> ordered = new LinkedHashMap<>();
        for (String table : inOrder(tables.keySet(), references(connection))) {
            ordered.put(table, tables.get(table));
        }
        return ordered;
    }

    private static Map<String, Set<String>> references(Connection connection) throws SQLException {
        Map<String, Set<String>> references = new TreeMap<>();
        try (PreparedStatement statement = connection.prepareStatement(REFERENCES);
                ResultSet rows = statement.executeQuery()) {
            while (rows.next()) {
                references
                        .computeIfAbsent(rows.getString(1), table -> new LinkedHashSet<>())
                        .add(rows.getString(2));
            }
        }
        return references;
    }

    private static Set<String> inOrder(Set<String> tables, Map<String, Set<String>> references) {
        Set<String> ordered = new LinkedHashSet<>();
        while (ordered.size() < tables.size()) {
            int before = ordered.size();
            for (String table : tables) {
                if (ordered.containsAll(references.getOrDefault(table, Set.of()))) {
                    ordered.add(table);
                }
            }
            if (ordered.size() == before) {
                throw new IllegalStateException("tables refer to each other in a circle: " + references);
            }
        }
        return ordered;
    }

    /** The last number that each sequence has given. */
    static Map<String, Long> sequences(Connection connection) throws SQLException {
        Map<String, Long> sequences = new TreeMap<>();
        try (PreparedStatement statement = connection.prepareStatement(SEQUENCES);
                ResultSet rows = statement.executeQuery()) {
            while (rows.next()) {
                sequences.put(rows.getString(1), rows.getLong(2));
            }
        }
        return sequences;
    }

    /** The months of which history has partitions. */
    static List<YearMonth> months(Connection connection) throws SQLException {
        List<YearMonth> months = new ArrayList<>();
        try (PreparedStatement statement = connection.prepareStatement(PARTITIONS);
                ResultSet rows = statement.executeQuery()) {
            while (rows.next()) {
                Matcher form = MONTH.matcher(rows.getString(1));
                if (form.matches()) {
                    months.add(YearMonth.of(Integer.parseInt(form.group(1)), Integer.parseInt(form.group(2))));
                }
            }
        }
        return months;
    }

    /** A name in a statement. */
    static String quoted(String name) {
        return "\"" + name.replace("\"", "\"\"") + "\"";
    }

    /** Names in a statement, in parentheses. */
    static String quoted(List<String> names) {
        return names.stream().map(SchemaTables::quoted).collect(Collectors.joining(", ", "(", ")"));
    }
}
