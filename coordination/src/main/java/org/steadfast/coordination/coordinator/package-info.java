/** The coordinator itself: one ZooKeeper server of an ensemble, or a standalone one, inside our own process. */
package org.steadfast.coordination.coordinator;
