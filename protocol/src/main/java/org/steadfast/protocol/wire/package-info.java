/** The device protocol's bytes: messages, infotables and the parts of multipart messages. */
package org.steadfast.protocol.wire;
