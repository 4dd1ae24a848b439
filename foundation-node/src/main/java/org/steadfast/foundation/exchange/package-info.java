/** Entities as documents: read from XML and packages, written as XML and archives. */
package org.steadfast.foundation.exchange;
