/** What a node knows of all nodes, and what operators do with them. */
package org.steadfast.foundation.cluster;
