/** Figures, side by side in one run. Nothing here asserts a speed. */
package org.steadfast.it.benchmark;
