/** What happens to things, and what things do then: events and subscriptions. */
package org.steadfast.foundation.event;
