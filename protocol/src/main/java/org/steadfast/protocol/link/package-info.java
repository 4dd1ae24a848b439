/** What a connection server and a foundation node say to each other over a link. */
package org.steadfast.protocol.link;
