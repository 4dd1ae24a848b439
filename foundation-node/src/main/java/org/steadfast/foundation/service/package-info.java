/** Services: which there are, who does them, and those that the platform does by itself. */
package org.steadfast.foundation.service;
