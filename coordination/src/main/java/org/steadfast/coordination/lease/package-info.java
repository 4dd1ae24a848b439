/** The proof that a node may still answer: renewed at the coordinator, gone when the cluster goes on without the node. */
package org.steadfast.coordination.lease;
