package org.steadfast.installer;

import com.formdev.flatlaf.FlatLightLaf;

/** FlatLaf's light theme in the colours of the product, which stand in the properties file of this class's name. */
public final class SteadfastLookAndFeel extends FlatLightLaf {
    private static final long serialVersionUID = 1L;

    @Override
    public String getName() {
        return "Steadfast";
    }
}
