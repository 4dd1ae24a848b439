/** What every node process stands on: lifecycle, readiness, metrics, the HTTP server, exit codes. */
package org.steadfast.coordination.chassis;
