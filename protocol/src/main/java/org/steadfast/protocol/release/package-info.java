/** Which version of Steadfast this is, and beside which others it can run. */
package org.steadfast.protocol.release;
