/** Services and subscriptions in JavaScript: how they are run, what they see, and what keeps them within bounds. */
package org.steadfast.foundation.script;
