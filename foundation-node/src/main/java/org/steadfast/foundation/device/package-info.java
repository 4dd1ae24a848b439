/** What devices ask for: requests of the device protocol, answered from the same services as the REST API. */
package org.steadfast.foundation.device;
