/** Who is in the cluster: registration and discovery of nodes through the coordinator. */
package org.steadfast.coordination.membership;
