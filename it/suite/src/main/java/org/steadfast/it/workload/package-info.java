/** Clients that read and write properties through all foundation nodes, and write down what they did and saw. */
package org.steadfast.it.workload;
