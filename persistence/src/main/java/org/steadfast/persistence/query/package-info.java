/** What can be asked of rows: which of them, in which order, how many. */
package org.steadfast.persistence.query;
