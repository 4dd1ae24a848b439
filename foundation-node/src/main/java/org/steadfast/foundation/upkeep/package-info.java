/** What is looked after once in a while. */
package org.steadfast.foundation.upkeep;
