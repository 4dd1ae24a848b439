/** Commands that back up the database and restore it. */
package org.steadfast.distribution.backup;
