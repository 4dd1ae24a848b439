/** The values that things have: base types, values, fields, data shapes and infotables. */
package org.steadfast.protocol.type;
