/** Properties of things: what may be read and written, and how values fit their definitions. */
package org.steadfast.foundation.property;
