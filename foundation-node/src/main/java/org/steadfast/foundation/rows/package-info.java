/** Rows of data tables and entries of streams: what they hold, in the form in which stores keep it, and their keys. */
package org.steadfast.foundation.rows;
