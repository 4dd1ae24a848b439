/** Clients of the REST API as their authors write them, and what the API promises them. */
package org.steadfast.it.contract;
