package org.steadfast.distribution.balancer;

import picocli.CommandLine.TypeConversionException;

/** Whole numbers that an option takes. */
record NumberRange(int least, int most) {

    /** @throws TypeConversionException if the text is none of them */
    int read(String text) {
        if (text.matches("\\d{1,9}")) {
            int number = Integer.parseInt(text);
            if (number >= least && number <= most) {
                return number;
            }
        }
        throw new TypeConversionException("'" + text + "' is not a number from " + least + " to " + most);
    }
}
