/** Settings of load balancers. */
package org.steadfast.distribution.balancer;
