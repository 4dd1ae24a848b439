package org.steadfast.foundation.exchange;

/**
 * What becomes of what is there already.
 *
 * @param overwritePropertyValues whether values of things that are there already are replaced
 * @param overwriteConfigurationTableValues whether rows of their configuration tables are
 */
public record ImportOptions(boolean overwritePropertyValues, boolean overwriteConfigurationTableValues) {}
