/** How connections to PostgreSQL are opened. */
package org.steadfast.persistence.driver;
