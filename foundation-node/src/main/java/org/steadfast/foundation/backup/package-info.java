/** Backups of the platform: made on demand, and by the singleton at the times that settings say. */
package org.steadfast.foundation.backup;
