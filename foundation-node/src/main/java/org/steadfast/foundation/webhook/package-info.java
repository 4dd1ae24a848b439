/** Requests to servers outside: which may be asked, how often it is tried, how they know who asks. */
package org.steadfast.foundation.webhook;
