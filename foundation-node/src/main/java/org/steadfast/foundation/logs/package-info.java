/** What is logged, and how much of it, on all foundation nodes. */
package org.steadfast.foundation.logs;
