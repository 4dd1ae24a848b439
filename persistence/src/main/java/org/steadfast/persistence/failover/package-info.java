/** Watches a primary and its standbys, and promotes a standby when the primary is gone and nothing acknowledged can be lost. */
package org.steadfast.persistence.failover;
