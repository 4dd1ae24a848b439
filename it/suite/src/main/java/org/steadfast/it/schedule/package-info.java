/** Timers and schedulers under faults: what they have fired, and what was run on it. */
package org.steadfast.it.schedule;
