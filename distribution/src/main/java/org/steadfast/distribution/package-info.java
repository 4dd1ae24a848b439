/** The command line: everything that the scripts in bin/ do. */
package org.steadfast.distribution;
