/** This node's part in watching over the servers of the database. */
package org.steadfast.foundation.failover;
