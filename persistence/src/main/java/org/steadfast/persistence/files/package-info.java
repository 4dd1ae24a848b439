/** What this needs of file systems beyond what Java has. */
package org.steadfast.persistence.files;
