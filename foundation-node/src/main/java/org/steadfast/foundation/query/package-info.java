/** Queries as clients send them: which rows of a table they want, and in which order. */
package org.steadfast.foundation.query;
