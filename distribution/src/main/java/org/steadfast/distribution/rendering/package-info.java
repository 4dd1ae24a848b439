/** Configurations of other programs, made from templates. */
package org.steadfast.distribution.rendering;
