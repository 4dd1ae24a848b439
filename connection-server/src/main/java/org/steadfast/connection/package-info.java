/** A connection server: the gateway of devices. {@link org.steadfast.connection.ConnectionServer} is its whole start-up. */
package org.steadfast.connection;
