/** Clusters that several test classes use, one class after the other. */
package org.steadfast.it.shared;
