/** Where the history of properties is kept, and the care for it: room for what comes, and an end for what is too old. */
package org.steadfast.foundation.history;
