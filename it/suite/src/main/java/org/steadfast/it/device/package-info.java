/** Devices under faults: what they sent takes effect in order, each once, and nothing that was acknowledged is lost. */
package org.steadfast.it.device;
