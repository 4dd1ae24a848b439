/** Current property values and bindings, held in Ignite, equal on every node. */
package org.steadfast.foundation.sharedstate;
