/** What the platform keeps in a database, behind small interfaces that every kind of database implements. */
package org.steadfast.persistence.store;
