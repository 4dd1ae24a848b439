/** Entities: what their authors define, what they inherit, and how every node learns of changes. */
package org.steadfast.foundation.model;
