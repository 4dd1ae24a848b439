/** Files that are copied between devices and file repositories, in blocks, over the connections that devices have (device protocol, section 10). */
package org.steadfast.foundation.transfer;
