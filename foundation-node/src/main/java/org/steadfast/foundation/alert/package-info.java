/** What of the values of properties somebody should look at: alerts, raised, reset and acknowledged. */
package org.steadfast.foundation.alert;
