/** How values and infotables look in the REST API's JSON. */
package org.steadfast.protocol.json;
