/** Which foundation node a thing's messages go to, and what becomes of them when that node goes. */
package org.steadfast.connection.routing;
