package org.steadfast.foundation.rest;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import java.net.http.HttpResponse;
import java.util.HashMap;
import java.util.Map;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.steadfast.foundation.RunningNode;
import org.steadfast.protocol.json.Json;

/** How much the node logs, told and changed over REST. */
@ExtendWith(RunningNode.Extension.class)
class LogsTest {
    private static RunningNode node;

    @BeforeAll
    static void take(RunningNode running) {
        node = running;
    }

    private static HttpResponse<String> invoke(String log, String service, String parameters) throws Exception {
        return node.post("Logs/" + log + "/Services/" + service, parameters.replace('\'', '"'));
    }

    private static JsonNode rows(HttpResponse<String> answer) throws Exception {
        assertThat(answer.statusCode()).as(answer.body()).isEqualTo(200);
        return Json.read(answer.body().getBytes(UTF_8)).path("rows");
    }

    private static Map<String, String> own(String log) throws Exception {
        Map<String, String> own = new HashMap<>();
        for (JsonNode row : rows(invoke(log, "GetSubLoggerLevels", "{}"))) {
            own.put(row.path("fieldName").asText(), row.path("fieldValue").asText());
        }
        return own;
    }

    @Test
    void aLogHasTheLevelThatItIsGiven() throws Exception {
        assertThat(rows(invoke("SecurityLog", "GetLogLevel", "{}"))
                        .at("/0/name")
                        .asText())
                .isEqualTo("INFO");
        assertThat(invoke("SecurityLog", "SetLogLevel", "{'level':'debug'}").statusCode())
                .isEqualTo(200);
        assertThat(rows(invoke("SecurityLog", "GetLogLevel", "{}"))
                        .at("/0/name")
                        .asText())
                .isEqualTo("DEBUG");
        assertThat(own("SecurityLog")).containsEntry("org.steadfast.foundation.security", "DEBUG");
    }

    @Test
    void aLoggerBelowALogHasALevelOfItsOwn() throws Exception {
        assertThat(invoke(
                                "DatabaseLog",
                                "SetSubLoggerLevel",
                                "{'name':'org.steadfast.persistence.postgres','level':'TRACE'}")
                        .statusCode())
                .isEqualTo(200);
        assertThat(own("DatabaseLog")).containsEntry("org.steadfast.persistence.postgres", "TRACE");
        assertThat(own("ScriptLog")).doesNotContainKey("org.steadfast.persistence.postgres");
        assertThat(invoke("ApplicationLog", "SetSubLoggerLevel", "{'name':'org.apache.ignite','level':'OFF'}")
                        .statusCode())
                .isEqualTo(200);
        assertThat(own("ApplicationLog"))
                .containsEntry("org.apache.ignite", "OFF")
                .containsEntry("org.steadfast.persistence.postgres", "TRACE");
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "SetLogLevel | {'level':'LOUD'} | level",
                "SetLogLevel | {} | level",
                "QueryLogEntries | {'fromLogLevel':'LOUD'} | fromLogLevel",
                "QueryLogEntries | {'searchExpression':'(','isRegex':true} | searchExpression",
                "QueryLogEntries | {'maxItems':0} | maxItems",
                "SetSubLoggerLevel | {'name':'no logger','level':'INFO'} | name",
                "SetSubLoggerLevel | {'name':'org.steadfast.persistence','level':'INFO'} | ApplicationLog",
                "SetSubLoggerLevel | {'level':'INFO'} | name",
            })
    void whatIsWrongIsNamed(String service, String parameters, String named) throws Exception {
        HttpResponse<String> answer = invoke("ScriptLog", service, parameters);
        assertThat(answer.statusCode()).as(answer.body()).isEqualTo(400);
        assertThat(answer.body()).contains(named);
    }

    @Test
    void thereAreNoOthers() throws Exception {
        assertThat(invoke("NoSuchLog", "GetLogLevel", "{}").statusCode()).isEqualTo(404);
    }
}
