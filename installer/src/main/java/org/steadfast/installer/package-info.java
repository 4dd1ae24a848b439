/** What the installer does beyond izPack: its checks, which are those of {@code cluster create}, its defaults and its looks. */
package org.steadfast.installer;
