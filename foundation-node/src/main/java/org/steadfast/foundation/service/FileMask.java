package org.steadfast.foundation.service;

/** Masks of names of files: * for any characters, ? for one. Takes time in proportion to mask times name, whatever they are. */
final class FileMask {
    private FileMask() {}

    static boolean matches(String mask, String name) {
        int m = 0;
        int n = 0;
        // Where the last star was, and up to where it takes the name so far.
        int star = -1;
        int taken = 0;
        while (n < name.length()) {
            if (m < mask.length() && mask.charAt(m) == '*') {
                star = m++;
                taken = n;
            } else if (m < mask.length() && (mask.charAt(m) == '?' || mask.charAt(m) == name.charAt(n))) {
                m++;
                n++;
            } else if (star >= 0) {
                m = star + 1;
                n = ++taken;
            } else {
                return false;
            }
        }
        while (m < mask.length() && mask.charAt(m) == '*') {
            m++;
        }
        return m == mask.length();
    }
}
