/** The stores in PostgreSQL. */
package org.steadfast.persistence.postgres;
