/**
 * File repositories: the files of things of the template FileRepository, in the ThingworxStorage location that all foundation nodes share.
 * Nodes do not talk to each other about them: what the file system does at once, all of them see at once.
 */
package org.steadfast.foundation.repository;
