/** The singleton: the one node that fires timers and schedulers. What they start runs on the nodes that own the things. */
package org.steadfast.foundation.scheduler;
