package org.steadfast.foundation.service;

/** Services of a platform that has nothing but scripts. */
public final class LoneServices {
    private LoneServices() {}

    public static Services of(Scripts scripts) {
        ServiceTable table = new ServiceTable.Builder()
                .add("Resources/ScriptServices", new ScriptServices(scripts).services())
                .add("Resources/InfoTableFunctions", new InfotableFunctions().services())
                .build();
        return new Services(table, null, null, scripts, null);
    }
}
