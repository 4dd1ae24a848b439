package org.steadfast.foundation.exchange;

import com.fasterxml.jackson.databind.JsonNode;

/**
 * The value of a property as a document has it.
 *
 * @param value a text, or JSON where the document says so
 * @param timestamp as it was written; empty where nothing is said
 * @param quality empty where nothing is said
 */
record ImportedValue(JsonNode value, String timestamp, String quality) {}
