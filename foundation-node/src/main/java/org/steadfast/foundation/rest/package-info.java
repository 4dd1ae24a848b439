/** The REST API: one table of routes, and what each does. */
package org.steadfast.foundation.rest;
