package org.steadfast.foundation.logs;

/**
 * The log of this process, as whatever writes it lets others have it.
 *
 * @param levels how much is logged
 * @param recent what was logged last
 */
public record NodeLog(LogLevels levels, RecentLog recent) {}
