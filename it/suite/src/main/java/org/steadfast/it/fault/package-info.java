/** Faults that are done to a cluster under load, and what must hold afterwards. */
package org.steadfast.it.fault;
