/** When timers and schedulers fire, and what becomes of fire times that were missed. Knows nothing of things or nodes. */
package org.steadfast.foundation.schedule;
