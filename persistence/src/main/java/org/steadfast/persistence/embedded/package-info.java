/** The embedded default database: PostgreSQL from binaries on the class path, run as a process of our own. */
package org.steadfast.persistence.embedded;
