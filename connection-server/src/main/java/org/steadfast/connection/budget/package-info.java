/** Bytes that may be held at a time, and those who wait for room among them. */
package org.steadfast.connection.budget;
