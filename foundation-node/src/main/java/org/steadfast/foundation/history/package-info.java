/** Care for the history of properties: room for what comes, and an end for what is too old. */
package org.steadfast.foundation.history;
