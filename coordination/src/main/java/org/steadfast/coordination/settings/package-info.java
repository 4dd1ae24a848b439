/** Settings: one typed record per subsystem, read from one file with an overlay per node; every error is reported at once. */
package org.steadfast.coordination.settings;
