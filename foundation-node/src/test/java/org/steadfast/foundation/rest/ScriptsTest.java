package org.steadfast.foundation.rest;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.steadfast.foundation.RunningNode;
import org.steadfast.protocol.json.Json;

/** Services in JavaScript, through the REST API of a running node. */
@ExtendWith(RunningNode.Extension.class)
class ScriptsTest {
    private static final AtomicInteger NUMBERS = new AtomicInteger();

    private static RunningNode node;

    /** Names of one test are no other's. */
    private final String n = "s" + NUMBERS.incrementAndGet() + "x";

    private final ObjectNode definitions = JsonNodeFactory.instance.objectNode();
    private final ObjectNode implementations = JsonNodeFactory.instance.objectNode();

    @BeforeAll
    static void use(RunningNode running) {
        node = running;
    }

    @BeforeEach
    void makeShape() throws Exception {
        ok(node.put(
                "DataShapes",
                json("{'name':'" + n + "D','fieldDefinitions':{'a':{'baseType':'STRING','ordinal':0},"
                        + "'b':{'baseType':'NUMBER','ordinal':1},'t':{'baseType':'DATETIME','ordinal':2}}}")));
    }

    /** Adds a service to the thing of the test. */
    private void service(String name, String result, String parameters, String code) throws Exception {
        String shape = result.equals("INFOTABLE") ? ",'aspects':{'dataShape':'" + n + "D'}" : "";
        definitions.set(
                name,
                Json.read(json("{'resultType':{'name':'result','baseType':'" + result + "'" + shape
                        + "},'parameterDefinitions':{" + parameters + "}}")));
        ObjectNode implementation =
                (ObjectNode) Json.read(json("{'handlerName':'Script','configurationTables':{'Script':{'rows':[{}]}}}"));
        ((ObjectNode) implementation.at("/configurationTables/Script/rows/0")).put("code", code);
        implementations.set(name, implementation);
    }

    /** Makes the thing of the test, with its services. */
    private void thing(String properties) throws Exception {
        ObjectNode thing = (ObjectNode) Json.read(json("{'name':'" + n + "','propertyDefinitions':{" + properties + "},"
                + "'eventDefinitions':{'E':{'dataShape':'" + n + "D'}}}"));
        thing.set("serviceDefinitions", definitions);
        thing.set("serviceImplementations", implementations);
        ok(node.put("Things", Json.write(thing)));
    }

    private HttpResponse<String> call(String service, String parameters) throws Exception {
        return node.post("Things/" + n + "/Services/" + service, json(parameters));
    }

    private JsonNode result(String service, String parameters) throws Exception {
        HttpResponse<String> response = call(service, parameters);
        ok(response);
        return Json.read(response.body()).at("/rows/0/result");
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', quoteCharacter = '"', textBlock = """
            NUMBER    | 5.5                            | p + 1              | 6.5
            NUMBER    | '5'                            | typeof p           | 'number'
            INTEGER   | 5                              | p * 2              | 10
            LONG      | 5                              | p * 2              | 10
            TIMESPAN  | 5                              | p + 1              | 6
            STRING    | 'x'                            | p + p              | 'xx'
            TEXT      | 'x'                            | p.length           | 1
            THINGNAME | 'x'                            | p                  | 'x'
            BOOLEAN   | 'true'                         | !p                 | false
            DATETIME  | 86400000                       | p.getTime()        | 86400000
            DATETIME  | '1970-01-02T00:00:00Z'         | p.toISOString()    | '1970-01-02T00:00:00.000Z'
            JSON      | {'a':[1,{'b':null}]}           | p.a[1].b === null  | true
            QUERY     | {'filters':{'type':'EQ'}}      | p.filters.type     | 'EQ'
            LOCATION  | '1,2,3'                        | p.longitude        | 2
            VEC2      | {'x':1,'y':2}                  | p.x + p.y          | 3
            THINGCODE | {'domainId':1,'instanceId':2}  | p.instanceId       | 2
            TAGS      | 'V:t'                          | p[0].vocabularyTerm | 't'
            BLOB      | 'YWJj'                         | p                  | 'YWJj'
            VARIANT   | {'baseType':'DATETIME','value':5} | p.getTime()     | 5
            VARIANT   | 'x'                            | p                  | 'x'
            INFOTABLE | {'dataShape':{'fieldDefinitions':{'a':{'baseType':'STRING'}}},'rows':[{'a':'x'}]} | p.rows[0].a + p.a + p.rows.length | 'xx1'
            """)
    void parametersAreWhatTheirBaseTypesAreInTheLanguage(String type, String sent, String code, String seen)
            throws Exception {
        service("S", "JSON", "'p':{'baseType':'" + type + "'}", "({v: " + code + "})");
        thing("");

        HttpResponse<String> response = call("S", "{'p':" + sent + ",'unknown':1}");

        ok(response);
        JsonNode value = Json.read(response.body()).path("v");
        JsonNode expected = Json.read(json(seen));
        assertThat(value.isNumber() ? value.asDouble() : value)
                .isEqualTo(expected.isNumber() ? expected.asDouble() : expected);
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', quoteCharacter = '"', textBlock = """
            NUMBER    | 5                              | 5.0
            NUMBER    | '5.5'                          | 5.5
            INTEGER   | 5.7                            | 5
            LONG      | 9007199254740991               | 9007199254740991
            TIMESPAN  | 5                              | 5
            STRING    | 5                              | '5'
            STRING    | ({a: 1})                       | '{\\"a\\":1}'
            TEXT      | 'x'                            | 'x'
            BOOLEAN   | 1                              | true
            BOOLEAN   | 'TRUE'                         | true
            DATETIME  | new Date(5)                    | 5
            DATETIME  | 5                              | 5
            DATETIME  | '1970-01-01T00:00:01Z'         | 1000
            LOCATION  | ({latitude: 1, longitude: 2})  | {'latitude':1.0,'longitude':2.0,'elevation':0.0,'units':'WGS84'}
            VEC2      | ({x: 1, y: 2})                 | {'x':1.0,'y':2.0}
            THINGCODE | ({domainId: 1, instanceId: 2}) | {'domainId':1,'instanceId':2}
            TAGS      | 'V:t'                          | [{'vocabulary':'V','vocabularyTerm':'t'}]
            BLOB      | 'YWJj'                         | 'YWJj'
            VARIANT   | new Date(5)                    | {'baseType':'DATETIME','value':5}
            THINGNAME | me                             | 'NAME'
            """)
    void resultsAreOfTheServicesType(String type, String code, String given) throws Exception {
        service("S", type, "", code);
        thing("");

        assertThat(result("S", "{}"))
                .isEqualTo(Json.read(json(given.replace("\\\\", "\\").replace("NAME", n))));
    }

    @Test
    void documentsAndNothing() throws Exception {
        service("Object", "JSON", "", "result = {a: [1, 'x'], d: new Date(0), u: undefined};");
        service("Array", "JSON", "", "[1, 2]");
        service("Nothing", "NOTHING", "", "5");
        service("Fails", "JSON", "", "({a: 0 / 0})");
        thing("");

        assertThat(Json.read(call("Object", "").body()))
                .isEqualTo(Json.read("{\"a\":[1,\"x\"],\"d\":\"1970-01-01T00:00:00.000Z\"}"));
        assertThat(call("Array", "").body()).isEqualTo("{\"array\":[1,2]}");
        assertThat(call("Nothing", "").body()).isEmpty();
        failed(
                call("Fails", ""),
                500,
                "Unable to Invoke Service Fails on " + n
                        + " : the result cannot be given: NaN is no number that can be given");
    }

    @Test
    void infotablesAreMadeFilledAndGiven() throws Exception {
        service(
                "Make",
                "INFOTABLE",
                "",
                "var t = Resources['InfoTableFunctions'].CreateInfoTableFromDataShape("
                        + "{infoTableName: 'T', dataShapeName: '" + n + "D'});"
                        + "t.AddRow({a: 'x', b: 1, t: new Date(7)}); t.AddRow({a: 'y', b: 2}); t.AddRow({a: 'z'});"
                        + "t.RemoveRow(2); t.rows[0].b = t.getRowCount() + t.rows.length + t.getRow(1).b;"
                        + "for (let row of t.rows) { row.a += '!' } result = t;");
        service(
                "Use",
                "STRING",
                "",
                "var t = me.Make(), s = ''; for (var i = 0; i < t.rows.length; i++) { s += t.rows[i].a }"
                        + "s + t.a + t.dataShape.fieldDefinitions.b.baseType + t.rows[0].t.getTime() + (t.getRow(9) === null)");
        thing("");

        JsonNode table = Json.read(call("Make", "").body());

        assertThat(table.path("rows")).isEqualTo(Json.read(json("[{'a':'x!','b':6.0,'t':7},{'a':'y!','b':2.0}]")));
        assertThat(table.at("/dataShape/fieldDefinitions").fieldNames())
                .toIterable()
                .containsExactly("a", "b", "t");
        assertThat(result("Use", "{}").asText()).isEqualTo("x!y!x!NUMBER7true");
    }

    @Test
    void theWritesOfAScriptAreOneBatch() throws Exception {
        StringBuilder properties = new StringBuilder();
        StringBuilder code = new StringBuilder();
        for (int i = 0; i < 10; i++) {
            properties.append(i == 0 ? "" : ",").append("'p" + i + "':{'baseType':'NUMBER'}");
            code.append("me.p" + i + " = " + i + ";");
        }
        service("S", "NOTHING", "", code + "me['p0'] = 10;");
        thing(properties.toString());
        double batches = metric("steadfast_ingestion_batch_values_count");
        double values = metric("steadfast_ingestion_batch_values_sum");

        ok(call("S", ""));

        assertThat(metric("steadfast_ingestion_batch_values_sum") - values).isEqualTo(10);
        assertThat(metric("steadfast_ingestion_batch_values_count") - batches).isEqualTo(1);
        JsonNode row = Json.read(node.get("Things/" + n + "/Properties").body()).at("/rows/0");
        assertThat(row.path("p0").asDouble()).isEqualTo(10);
        assertThat(row.path("p9").asDouble()).isEqualTo(9);
    }

    private static double metric(String name) throws Exception {
        return node.get("Metrics")
                .body()
                .lines()
                .filter(line -> line.startsWith(name + "{") || line.startsWith(name + " "))
                .mapToDouble(line -> Double.parseDouble(line.substring(line.lastIndexOf(' ') + 1)))
                .sum();
    }

    @Test
    void aScriptReadsWhatItHasWritten() throws Exception {
        service(
                "S",
                "STRING",
                "",
                "me.p = 1; var seen = me.p; me.p = seen + 1; var again = Things[me.name].p;"
                        + " me.q = 'x'; seen + '-' + again + '-' + me.GetStringPropertyValue({propertyName: 'q'})");
        service("Fails", "NOTHING", "", "me.p = 50; throw 'not written';");
        thing("'p':{'baseType':'NUMBER'},'q':{'baseType':'STRING'}");

        assertThat(result("S", "{}").asText()).isEqualTo("1-2-x");
        failed(call("Fails", ""), 500, "not written (line 1)");
        assertThat(Json.read(node.get("Things/" + n + "/Properties/p").body())
                        .at("/rows/0/p")
                        .asDouble())
                .as("what waits when a script fails is not written")
                .isEqualTo(2);
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', quoteCharacter = '"', textBlock = """
            me.p = 'x'                     | property p of NAME: NUMBER needs a number
            me.p = 0 / 0                   | property p of NAME: NaN is no number
            me.r = 1                       | the property is read-only
            me.unknown = 1                 | Property [unknown] Does Not Exist On Thing [NAME]
            me.Unknown()                   | Cannot find function Unknown
            Things['none'].GetDescription() | Cannot call method "GetDescription" of undefined
            me.GetDescription('x')         | the parameters of GetDescription must be an object
            me.GetStringPropertyValue({propertyName: 'none'}) | Property [none] Does Not Exist On Thing [NAME]
            Resources['EntityServices'].Nothing() | Cannot find function Nothing
            me.Wrong()                     | Unable to Invoke Service Wrong on NAME : inner (line 1)
            me.S()                         | more than 16 scripts that call each other
            """)
    void whatGoesWrongIsToldAndCanBeCaught(String code, String message) throws Exception {
        service("S", "NOTHING", "", code);
        service(
                "Catches",
                "STRING",
                "",
                "try { " + code + "; me.GetDescription(); } catch (e) { result = 'caught ' + e }");
        service("Wrong", "NOTHING", "", "throw new Error('inner')");
        thing("'p':{'baseType':'NUMBER'},'r':{'baseType':'NUMBER','aspects':{'isReadOnly':true}}");

        failed(call("S", ""), 500, "Unable to Invoke Service S on " + n + " : ");
        failed(call("S", ""), 500, message.replace("NAME", n));
        assertThat(result("Catches", "{}").asText()).startsWith("caught ").contains(message.replace("NAME", n));
    }

    @Test
    void scriptsThatCallEachOtherNeedNoSecondThread() throws Exception {
        service("A", "NUMBER", "'k':{'baseType':'NUMBER'}", "k + me.B({k: k})");
        service("B", "NUMBER", "'k':{'baseType':'NUMBER'}", "var r = me.C({k: k}) + 1; k = 1000; r");
        service("C", "NUMBER", "'k':{'baseType':'NUMBER'}", "var k2 = me.p; k * 10 + k2");
        thing("'p':{'baseType':'NUMBER'}");

        List<CompletableFuture<HttpResponse<String>>> all = new ArrayList<>();
        for (int i = 0; i < 8; i++) {
            all.add(node.client()
                    .sendAsync(
                            node.request("Things/" + n + "/Services/A")
                                    .header("Content-Type", "application/json")
                                    .POST(BodyPublishers.ofString("{\"k\":" + i + "}"))
                                    .build(),
                            HttpResponse.BodyHandlers.ofString()));
        }
        for (int i = 0; i < 8; i++) {
            HttpResponse<String> response = all.get(i).get(20, TimeUnit.SECONDS);
            ok(response);
            assertThat(Json.read(response.body()).at("/rows/0/result").asDouble())
                    .isEqualTo(i + i * 10 + 1);
        }
    }

    @Test
    void aScriptThatTakesTooLongIsEndedWithAllThatItCalled() throws Exception {
        service("Outer", "NOTHING", "", "try { me.Inner() } catch (e) { } finally { me.p = 5; while (true) {} }");
        service("Inner", "NOTHING", "", "while (true) {}");
        thing("'p':{'baseType':'NUMBER'}");

        failed(
                call("Outer", ""),
                500,
                "Unable to Invoke Service Outer on " + n + " : the script took longer than 2.0 s and was ended");
        assertThat(Json.read(node.get("Things/" + n + "/Properties/p").body())
                        .at("/rows/0/p")
                        .asDouble())
                .isZero();
        assertThat(node.get("Metrics").body()).contains("steadfast_scripts_runs_seconds_count{", "outcome=\"timeout\"");
    }

    @Test
    void aChangedScriptIsTheOneThatRuns() throws Exception {
        service("S", "STRING", "", "'first'");
        thing("");
        assertThat(result("S", "{}").asText()).isEqualTo("first");

        service("S", "STRING", "", "'second'");
        ObjectNode change = JsonNodeFactory.instance.objectNode();
        change.set("serviceImplementations", implementations);
        ok(node.put("Things/" + n, Json.write(change)));

        assertThat(result("S", "{}").asText()).isEqualTo("second");
    }

    @Test
    void othersEntitiesAreReachedByName() throws Exception {
        service(
                "S",
                "STRING",
                "",
                "var me2 = Things['" + n + "'], d = DataShapes['" + n + "D'];"
                        + "Resources['CurrentSessionInfo'].GetCurrentUser() + '|' + (Things['none'] === undefined) + '|'"
                        + " + ThingTemplates['GenericThing'].name + '|' + d.GetFieldDefinitions().rows.length + '|' + me2.name");
        thing("");

        assertThat(result("S", "{}").asText()).isEqualTo("Administrator|true|GenericThing|3|" + n);
    }

    @Test
    void wrongParametersAreTheClientsFault() throws Exception {
        service("S", "STRING", "'p':{'baseType':'NUMBER'}", "String(p)");
        thing("");

        failed(call("S", "{'p':'x'}"), 400, "parameter p: NUMBER needs a number");
        assertThat(result("S", "{}").asText()).isEqualTo("undefined");
        assertThat(result("S", "{'p':null}").asText()).isEqualTo("null");
    }

    @Test
    void scriptsAreCheckedWithoutBeingRun() throws Exception {
        String check = "Resources/ScriptServices/Services/CheckScriptWithLinesAndColumns";

        assertThat(Json.read(node.post(check, "{\"script\":\"while (true) {}\"}")
                                .body())
                        .path("rows"))
                .isEqualTo(Json.read(json("[{'status':true,'lineNumber':0,'columnNumber':0,'message':''}]")));
        JsonNode flaw = Json.read(
                        node.post(check, "{\"script\":\"var a;\\n  foo bar\"}").body())
                .path("rows");
        assertThat(flaw).hasSize(1);
        assertThat(flaw.get(0).path("status").asBoolean(true)).isFalse();
        assertThat(flaw.get(0).path("lineNumber").asInt()).isEqualTo(2);
        assertThat(flaw.get(0).path("columnNumber").asInt()).isPositive();
        assertThat(flaw.get(0).path("message").asText()).contains("missing ;");
    }

    private static String json(String text) {
        return text.replace('\'', '"');
    }

    private static void ok(HttpResponse<String> response) {
        assertThat(response.statusCode()).as(response.body()).isEqualTo(200);
    }

    private static void failed(HttpResponse<String> response, int status, String message) {
        assertThat(response.statusCode()).as(response.body()).isEqualTo(status);
        assertThat(response.body()).contains(message);
    }
}
