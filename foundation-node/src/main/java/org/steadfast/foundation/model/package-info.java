/** Things and their definitions, read from the database through a bounded cache that changes invalidate on every node. */
package org.steadfast.foundation.model;
