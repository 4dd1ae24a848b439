/** Links from connection servers. */
package org.steadfast.foundation.link;
