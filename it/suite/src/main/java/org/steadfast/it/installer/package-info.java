/** Runs the installer as people do: by its windows, in a terminal, and by a file of answers. */
package org.steadfast.it.installer;
