/** Links to foundation nodes, opened as discovery names them and opened again when they break. */
package org.steadfast.connection.link;
