/** Sessions of devices: the device protocol as far as a gateway needs to understand it. */
package org.steadfast.connection.session;
