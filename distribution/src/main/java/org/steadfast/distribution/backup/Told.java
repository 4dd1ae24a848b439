package org.steadfast.distribution.backup;

import org.steadfast.persistence.backup.BackupManifest;

/** What commands tell of a backup. Stateless. */
final class Told {
    private Told() {}

    /** Such as {@code 18 rows of 23 tables}. */
    static String rows(BackupManifest manifest) {
        return "%,d rows of %d tables"
                .formatted(manifest.rows(), manifest.tables().size());
    }

    /** Such as {@code 18 rows of 23 tables and 4 files}. */
    static String content(BackupManifest manifest) {
        String rows = rows(manifest);
        return manifest.files()
                .map(content -> rows + " and %,d files".formatted(content.files()))
                .orElse(rows + ", no files");
    }
}
