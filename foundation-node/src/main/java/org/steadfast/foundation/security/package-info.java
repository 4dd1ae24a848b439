/** Who may do what: application keys and what they stand for. */
package org.steadfast.foundation.security;
