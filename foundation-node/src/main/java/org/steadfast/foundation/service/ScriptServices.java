package org.steadfast.foundation.service;

import java.util.List;
import java.util.concurrent.CompletionStage;
import org.steadfast.protocol.type.BaseType;
import org.steadfast.protocol.type.FieldDefinition;
import org.steadfast.protocol.type.Infotable;
import org.steadfast.protocol.type.Value;

/** Looks at scripts without running them. */
final class ScriptServices {
    private final Scripts scripts;

    ScriptServices(Scripts scripts) {
        this.scripts = scripts;
    }

    List<BuiltInService> services() {
        return List.of(BuiltInService.reading(
                "CheckScriptWithLinesAndColumns(script:TEXT*) -> result:INFOTABLE", this::check));
    }

    /** One row in any case. */
    private CompletionStage<ServiceResult> check(ServiceRequest request) throws Exception {
        return scripts.check(request.text("script", "")).thenApply(flaw -> {
            Infotable.Builder row = new Infotable.Builder(
                    new FieldDefinition("status", BaseType.BOOLEAN),
                    new FieldDefinition("lineNumber", BaseType.INTEGER),
                    new FieldDefinition("columnNumber", BaseType.INTEGER),
                    new FieldDefinition("message", BaseType.STRING));
            row.row(
                    new Value.Bool(flaw.isEmpty()),
                    new Value.Int(flaw.map(ScriptFlaw::line).orElse(0)),
                    new Value.Int(flaw.map(ScriptFlaw::column).orElse(0)),
                    Value.string(flaw.map(ScriptFlaw::message).orElse("")));
            return ServiceResult.of(new Value.Table(row.build()));
        });
    }
}
