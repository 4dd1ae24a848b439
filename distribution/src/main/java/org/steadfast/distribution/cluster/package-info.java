/** A whole cluster on one machine: laid out in one folder, started, watched and stopped together. */
package org.steadfast.distribution.cluster;
