/** Backups of the platform's database: all of its rows as of one moment, in one file, whatever the database goes on doing meanwhile. */
package org.steadfast.persistence.backup;
