/** Things that a device speaks for: their connection, and what is asked of the device. */
package org.steadfast.foundation.remote;
