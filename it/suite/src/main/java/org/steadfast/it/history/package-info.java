/** What clients did and saw while faults happened, and the checks whether one register per property could have answered so. */
package org.steadfast.it.history;
