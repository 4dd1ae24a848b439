/** Live values: streams that tell clients of the values of chosen things as they change. */
package org.steadfast.foundation.live;
