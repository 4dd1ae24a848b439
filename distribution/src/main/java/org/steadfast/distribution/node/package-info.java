/** Commands that run one node as a process of its own. */
package org.steadfast.distribution.node;
