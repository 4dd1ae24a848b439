package org.steadfast.foundation.service;

/**
 * Why a script cannot be run.
 *
 * @param line counted from 1
 * @param column of the line, counted from 1; 0 where it is not known
 */
public record ScriptFlaw(int line, int column, String message) {}
