/** The ends of links between connection servers and foundation nodes: who may open one, and how frames are sent. */
package org.steadfast.coordination.link;
