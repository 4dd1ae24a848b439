package org.steadfast.connection.link;

import java.time.Duration;

/**
 * What a link may hold, and how long it may be silent.
 *
 * @param mostBytes bytes of requests that were not answered, from which on devices that send to the link are paused
 * @param timeout how long nothing may come over the link before it counts as broken
 */
public record LinkLimits(long mostBytes, Duration timeout) {}
