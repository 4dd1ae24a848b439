/** TLS of a node: which files hold its certificate and whom it trusts, and how a new certificate comes in while it runs. */
package org.steadfast.coordination.tls;
