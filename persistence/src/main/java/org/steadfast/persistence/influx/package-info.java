/** History in InfluxDB, by its HTTP interface of version 1. */
package org.steadfast.persistence.influx;
