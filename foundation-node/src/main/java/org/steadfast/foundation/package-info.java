/** A foundation node: the platform server. {@link org.steadfast.foundation.FoundationNode} is its whole start-up. */
package org.steadfast.foundation;
