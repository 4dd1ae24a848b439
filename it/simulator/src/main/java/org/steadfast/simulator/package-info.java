/**
 * Simulated devices: one by one ({@link org.steadfast.simulator.Device}), in fleets that keep themselves connected and know what
 * was acknowledged ({@link org.steadfast.simulator.Fleet}), and as a command.
 */
package org.steadfast.simulator;
