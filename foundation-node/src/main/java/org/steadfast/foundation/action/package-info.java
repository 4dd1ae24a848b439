/** What the platform itself can do when something happens, as subscriptions name it instead of a script: read and checked here, done elsewhere. */
package org.steadfast.foundation.action;
