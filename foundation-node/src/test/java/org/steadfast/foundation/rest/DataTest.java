package org.steadfast.foundation.rest;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import java.net.http.HttpResponse;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.steadfast.foundation.RunningNode;
import org.steadfast.protocol.json.Json;

/** Data tables, streams and the history of properties, through the REST API of a running node. */
@ExtendWith(RunningNode.Extension.class)
class DataTest {
    private static final AtomicInteger NUMBERS = new AtomicInteger();

    private static RunningNode node;

    /** Names of one test are no other's. */
    private final String n = "data" + NUMBERS.incrementAndGet() + "x";

    @BeforeAll
    static void use(RunningNode running) {
        node = running;
    }

    private static HttpResponse<String> put(String address, String json) throws Exception {
        return node.put(address, json.replace('\'', '"'));
    }

    private static HttpResponse<String> post(String address, String json) throws Exception {
        return node.post(address, json.replace('\'', '"'));
    }

    private HttpResponse<String> call(String service, String json) throws Exception {
        return post("Things/" + n + "/Services/" + service, json);
    }

    private static void ok(HttpResponse<String> response) {
        assertThat(response.statusCode()).as(response.body()).isEqualTo(200);
    }

    private static void failed(HttpResponse<String> response, int status, String... words) {
        assertThat(response.statusCode()).as(response.body()).isEqualTo(status);
        assertThat(response.body()).contains(words).doesNotContain("\n");
    }

    private static List<JsonNode> rows(HttpResponse<String> response) throws Exception {
        ok(response);
        List<JsonNode> rows = new ArrayList<>();
        Json.read(response.body()).path("rows").forEach(rows::add);
        return rows;
    }

    private static List<String> column(HttpResponse<String> response, String field) throws Exception {
        return rows(response).stream().map(row -> row.path(field).asText()).toList();
    }

    private static String result(HttpResponse<String> response) throws Exception {
        return rows(response).get(0).path("result").asText();
    }

    private void dataTable() throws Exception {
        ok(put(
                "DataShapes",
                "{'name':'" + n + "D','fieldDefinitions':{"
                        + "'id':{'baseType':'INTEGER','ordinal':0,'aspects':{'isPrimaryKey':true}},"
                        + "'name':{'baseType':'STRING','ordinal':1},'level':{'baseType':'NUMBER','ordinal':2},"
                        + "'at':{'baseType':'DATETIME','ordinal':3},'on':{'baseType':'BOOLEAN','ordinal':4},"
                        + "'place':{'baseType':'LOCATION','ordinal':5},'doc':{'baseType':'JSON','ordinal':6},"
                        + "'big':{'baseType':'LONG','ordinal':7}}}"));
        ok(put("Things", "{'name':'" + n + "','thingTemplate':'DataTable','dataShape':'" + n + "D'}"));
    }

    private static String values(String... rows) {
        return "'values':{'rows':[" + String.join(",", rows) + "]}";
    }

    @Test
    void aRowComesBackAsItWasAdded() throws Exception {
        dataTable();
        assertThat(result(call(
                        "AddDataTableEntry",
                        "{"
                                + values(
                                        "{'id':'7','name':'a \\\\ \\u00e4','level':0.1,'at':'2026-11-22T18:00:00.000Z',"
                                                + "'on':'true','place':'48.5,9.25,300','doc':{'b':1,'a':[null]},"
                                                + "'big':9223372036854775807,'unknown':1}")
                                + ",'source':'S','sourceType':'Thing','location':{'latitude':1,'longitude':2},"
                                + "'tags':'V:T;V:U'}")))
                .isEqualTo("7");

        JsonNode row = rows(call("GetDataTableEntryByKey", "{'key':'7'}")).get(0);
        assertThat(row.path("id").asInt()).isEqualTo(7);
        assertThat(row.path("name").asText()).isEqualTo("a \\ \u00e4");
        assertThat(row.path("level").asDouble()).isEqualTo(0.1);
        assertThat(row.path("at").asLong()).isEqualTo(1795370400000L);
        assertThat(row.path("on").booleanValue()).isTrue();
        assertThat(row.at("/place/latitude").asDouble()).isEqualTo(48.5);
        assertThat(row.path("doc").toString()).isEqualTo("{\"b\":1,\"a\":[null]}");
        assertThat(row.path("big").asLong()).isEqualTo(Long.MAX_VALUE);
        assertThat(row.path("key").asText()).isEqualTo("7");
        assertThat(row.path("source").asText()).isEqualTo("S");
        assertThat(row.path("sourceType").asText()).isEqualTo("Thing");
        assertThat(row.at("/location/longitude").asDouble()).isEqualTo(2);
        assertThat(row.path("tags").toString())
                .isEqualTo(
                        "[{\"vocabulary\":\"V\",\"vocabularyTerm\":\"T\"},{\"vocabulary\":\"V\",\"vocabularyTerm\":\"U\"}]");
        assertThat(row.path("timestamp").asLong()).isPositive();
        assertThat(result(call("GetDataTableEntryCount", ""))).isEqualTo("1.0");
    }

    @Test
    void rowsOfOneCallAreAddedTogetherOrNotAtAll() throws Exception {
        dataTable();
        ok(call("AddDataTableEntries", "{" + values("{'id':1,'name':'one'}", "{'id':2,'name':'two'}") + "}"));
        failed(
                call("AddDataTableEntries", "{" + values("{'id':3}", "{'id':2}") + "}"),
                409,
                "a row with the key [2] already exists");
        failed(call("AddDataTableEntries", "{" + values("{'id':3}", "{'id':3}") + "}"), 409, "[3] already exists");
        failed(
                call("AddDataTableEntries", "{" + values("{'id':3}", "{'name':'x'}") + "}"),
                400,
                "field id",
                "primary key");
        failed(call("AddDataTableEntry", "{" + values("{'id':'x'}") + "}"), 400, "row 0, field id", "INTEGER");
        assertThat(column(call("GetDataTableEntries", "{}"), "id")).containsExactly("1", "2");

        ok(call("AddOrUpdateDataTableEntries", "{" + values("{'id':2,'level':5}", "{'id':3,'name':'three'}") + "}"));
        assertThat(column(call("GetDataTableEntries", "{}"), "name")).containsExactly("one", "two", "three");
        assertThat(column(call("GetDataTableEntries", "{}"), "level")).containsExactly("", "5.0", "");

        failed(
                call("UpdateDataTableEntries", "{" + values("{'id':1,'name':'x'}", "{'id':9}") + "}"),
                404,
                "[9] does not exist");
        ok(call("UpdateDataTableEntry", "{" + values("{'id':2,'name':null}") + ",'source':'now'}"));
        JsonNode row =
                rows(call("GetDataTableEntry", "{" + values("{'id':2}") + "}")).get(0);
        assertThat(row.has("name")).isFalse();
        assertThat(row.path("level").asDouble()).isEqualTo(5);
        assertThat(row.path("source").asText()).isEqualTo("now");

        ok(call("DeleteDataTableEntryByKey", "{'key':'1'}"));
        ok(call("DeleteDataTableEntry", "{" + values("{'id':2}") + "}"));
        assertThat(column(call("GetDataTableEntries", "{'maxItems':1}"), "id")).containsExactly("3");
        ok(call("PurgeDataTableEntries", ""));
        assertThat(rows(call("GetDataTableEntries", ""))).isEmpty();
    }

    @Test
    void rowsAreQueriedChangedAndDeletedByWhatTheyHold() throws Exception {
        dataTable();
        ok(call(
                "AddDataTableEntries",
                "{"
                        + values(
                                "{'id':1,'name':'Pump','level':1,'tags':'V:T'}",
                                "{'id':2,'name':'pump house','level':2,'source':'s'}",
                                "{'id':3,'name':'valve','level':3}",
                                "{'id':4,'level':4}")
                        + "}"));
        String like = "'query':{'filters':{'type':'LIKE','fieldName':'name','value':'pump%','isCaseSensitive':false},"
                + "'sorts':[{'fieldName':'level','isAscending':false}]}";
        assertThat(column(call("QueryDataTableEntries", "{" + like + "}"), "id"))
                .containsExactly("2", "1");
        assertThat(column(call("QueryDataTableEntries", "{" + like + ",'maxItems':1}"), "id"))
                .containsExactly("2");
        assertThat(column(call("QueryDataTableEntries", "{'source':'s'}"), "id"))
                .containsExactly("2");
        assertThat(column(call("QueryDataTableEntries", "{'tags':'V:T'}"), "id"))
                .containsExactly("1");
        assertThat(column(call("QueryDataTableEntries", "{" + values("{'level':3}") + "}"), "id"))
                .containsExactly("3");
        assertThat(column(call("FindDataTableEntries", "{" + values("{'level':3}", "{'level':4}") + "}"), "id"))
                .containsExactly("3", "4");
        assertThat(column(call("SearchDataTableEntries", "{'searchExpression':'UMP'}"), "id"))
                .containsExactly("1", "2");
        assertThat(rows(call("SearchDataTableEntries", "{'searchExpression':'u%p'}")))
                .isEmpty();

        ok(call(
                "UpdateDataTableEntriesWithQuery",
                "{'query':{'filters':{'type':'GE','fieldName':'level','value':3}},"
                        + "'updateValues':{'rows':[{'name':'changed'}]}}"));
        assertThat(column(call("GetDataTableEntries", ""), "name"))
                .containsExactly("Pump", "pump house", "changed", "changed");
        failed(call("DeleteDataTableEntriesWithQuery", "{}"), 400, "query", "PurgeDataTableEntries");
        ok(call(
                "DeleteDataTableEntriesWithQuery",
                "{'query':{'filters':{'type':'EQ','fieldName':'name','value':'changed'}}}"));
        ok(call("DeleteDataTableEntries", "{" + values("{'name':'Pump'}") + "}"));
        assertThat(column(call("GetDataTableEntries", ""), "id")).containsExactly("2");
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "{'filters':{'type':'EQUALS','fieldName':'level'}} | there is no filter of the type [EQUALS]; there are AND, OR",
                "{'filters':{'type':'EQ','fieldName':'nope','value':1}} | there is no field [nope]; there are id, name, level",
                "{'filters':{'type':'EQ','fieldName':'level'}} | field level: value must be given",
                "{'filters':{'type':'EQ','fieldName':'level','value':'x'}} | field level: value: NUMBER needs a number",
                "{'filters':{'type':'LIKE','fieldName':'level','value':'x'}} | field level is a NUMBER; LIKE is for texts",
                "{'filters':{'type':'EQ','fieldName':'doc','value':'{}'}} | field doc is a JSON; EQ is for texts, numbers",
                "{'filters':{'type':'IN','fieldName':'level'}} | IN needs a list values",
                "{'sorts':[{'fieldName':'place'}]} | field place is a LOCATION, whose values have no order",
                "not JSON | parameter query",
            })
    void aQueryThatCannotBeReadSaysWhatIsWrong(String query, String message) throws Exception {
        dataTable();
        failed(
                call(
                        "QueryDataTableEntries",
                        query.startsWith("{") ? "{'query':" + query + "}" : "{'query':'" + query + "'}"),
                400,
                message);
    }

    @Test
    void rowsWithoutAPrimaryKeyGetOne() throws Exception {
        ok(put("DataShapes", "{'name':'" + n + "D','fieldDefinitions':{'a':{'baseType':'STRING'}}}"));
        ok(put("Things", "{'name':'" + n + "','thingTemplate':'DataTable'}"));
        failed(call("AddDataTableEntry", "{" + values("{'a':'1'}") + "}"), 400, "no data shape", "SetDataShape");
        ok(call("SetDataShape", "{'name':'" + n + "D'}"));
        assertThat(result(call("GetDataShape", ""))).isEqualTo(n + "D");
        assertThat(Json.read(call("CreateValues", "").body())
                        .at("/dataShape/fieldDefinitions/a/baseType")
                        .asText())
                .isEqualTo("STRING");

        String key = result(call("AddDataTableEntry", "{" + values("{'a':'1'}") + "}"));
        ok(call("UpdateDataTableEntry", "{" + values("{'a':'2','key':'" + key + "'}") + "}"));
        failed(call("UpdateDataTableEntry", "{" + values("{'a':'2'}") + "}"), 400, "no primary key");
        assertThat(column(call("GetDataTableEntryByKey", "{'key':'" + key + "'}"), "a"))
                .containsExactly("2");

        failed(node.delete("DataShapes/" + n + "D"), 403, "needed by Things " + n);
        ok(node.delete("Things/" + n));
        ok(node.delete("DataShapes/" + n + "D"));
    }

    @Test
    void rowsGoWithTheirThing() throws Exception {
        dataTable();
        ok(call("AddDataTableEntry", "{" + values("{'id':1}") + "}"));
        ok(node.delete("Things/" + n));
        ok(put("Things", "{'name':'" + n + "','thingTemplate':'DataTable','dataShape':'" + n + "D'}"));
        assertThat(rows(call("GetDataTableEntries", ""))).isEmpty();
    }

    @Test
    void onlyThingsOfATemplateHaveItsServices() throws Exception {
        ok(put("Things", "{'name':'" + n + "','thingTemplate':'GenericThing'}"));
        failed(call("AddDataTableEntry", "{}"), 404, "Service [AddDataTableEntry] Does Not Exist On Thing [" + n + "]");
        ok(put("ThingTemplates", "{'name':'" + n + "T','baseThingTemplate':'DataTable'}"));
        ok(put("Things", "{'name':'" + n + "2','thingTemplate':'" + n + "T'}"));
        assertThat(column(node.get("Things/" + n + "2/ServiceDefinitions"), "name"))
                .contains("AddDataTableEntry", "GetTags");
        assertThat(column(node.get("Things/" + n + "/ServiceDefinitions"), "name"))
                .doesNotContain("AddDataTableEntry");

        HttpResponse<String> reader = node.send(node.anonymous("Things/" + n + "2/Services/PurgeDataTableEntries")
                .header("appKey", RunningNode.READ_ONLY_KEY)
                .header("Content-Type", "application/json")
                .POST(java.net.http.HttpRequest.BodyPublishers.ofString("{}")));
        failed(reader, 403, "Not authorized");
    }

    @Test
    void scriptsAddRowsAndEntries() throws Exception {
        ok(put(
                "DataShapes",
                "{'name':'" + n
                        + "D','fieldDefinitions':{'id':{'baseType':'NUMBER','aspects':{'isPrimaryKey':true}}}}"));
        ok(put("Things", "{'name':'" + n + "S','thingTemplate':'Stream','dataShape':'" + n + "D'}"));
        ok(put(
                "Things",
                "{'name':'" + n + "','thingTemplate':'DataTable','dataShape':'" + n + "D','serviceDefinitions':{'Add':{"
                        + "'resultType':{'baseType':'NUMBER'}}},'serviceImplementations':{'Add':{'handlerName':'Script',"
                        + "'configurationTables':{'Script':{'rows':[{'code':"
                        + "'var t = Resources.InfoTableFunctions.CreateInfoTableFromDataShape({infoTableName: \\u0027t\\u0027,"
                        + " dataShapeName: \\u0027" + n
                        + "D\\u0027}); t.AddRow({id: 7}); me.AddDataTableEntry({values: t});"
                        + " Things[\\u0027" + n + "S\\u0027].AddStreamEntry({values: t});"
                        + " result = me.GetDataTableEntryCount();'}]}}}}}"));
        assertThat(result(call("Add", "{}"))).isEqualTo("1.0");
        assertThat(column(post("Things/" + n + "S/Services/QueryStreamEntriesWithData", "{}"), "id"))
                .containsExactly("7.0");
    }

    @Test
    void aStreamKeepsEntriesByTheirTime() throws Exception {
        ok(put("DataShapes", "{'name':'" + n + "D','fieldDefinitions':{'level':{'baseType':'NUMBER'}}}"));
        ok(put("Things", "{'name':'" + n + "','thingTemplate':'Stream','dataShape':'" + n + "D'}"));
        ok(call("AddStreamEntry", "{'timestamp':1000," + values("{'level':1}") + ",'source':'a','tags':'V:T'}"));
        ok(call("AddStreamEntry", "{'timestamp':'1970-01-01T00:00:03Z'," + values("{'level':3}") + "}"));
        ok(call(
                "AddStreamEntries",
                "{'timestamp':2000," + values("{'level':2}", "{'level':2.5,'timestamp':2500}") + "}"));

        String all = "QueryStreamEntriesWithData";
        assertThat(column(call(all, "{}"), "level")).containsExactly("3.0", "2.5", "2.0", "1.0");
        assertThat(column(call(all, "{'oldestFirst':true,'maxItems':2}"), "level"))
                .containsExactly("1.0", "2.0");
        assertThat(column(call(all, "{'startDate':2000,'endDate':2500}"), "timestamp"))
                .containsExactly("2500", "2000");
        assertThat(column(call(all, "{'source':'a'}"), "level")).containsExactly("1.0");
        assertThat(column(call(all, "{'tags':'V:T'}"), "level")).containsExactly("1.0");
        assertThat(column(
                        call(
                                all,
                                "{'query':{'filters':{'type':'BETWEEN','fieldName':'level','from':2,'to':3},"
                                        + "'sorts':[{'fieldName':'level'}]}}"),
                        "level"))
                .containsExactly("2.0", "2.5", "3.0");
        assertThat(rows(call("QueryStreamEntries", "{}")).get(0).has("level")).isFalse();
        assertThat(rows(call("QueryStreamData", "{}")).get(0).fieldNames())
                .toIterable()
                .containsExactlyInAnyOrder("level", "timestamp");

        String id =
                rows(call("GetStreamEntriesWithData", "{}")).get(3).path("id").asText();
        ok(call("UpdateStreamEntry", "{'streamEntryId':'" + id + "'," + values("{'level':1.5}") + "}"));
        assertThat(column(call("GetStreamEntryWithData", "{'streamEntryId':'" + id + "'}"), "level"))
                .containsExactly("1.5");
        ok(call("DeleteStreamEntry", "{'streamEntryId':'" + id + "'}"));
        failed(
                call("DeleteStreamEntry", "{'streamEntryId':'" + id + "'}"),
                404,
                "Stream entry [" + id + "] does not exist");
        assertThat(result(call("GetStreamEntryCount", ""))).isEqualTo("3.0");
        ok(call("PurgeStreamEntries", "{'endDate':2500}"));
        assertThat(column(call(all, "{}"), "level")).containsExactly("3.0");
    }

    private void logged() throws Exception {
        ok(put("Things", "{'name':'" + n + "V','thingTemplate':'ValueStream'}"));
        ok(put(
                "ThingTemplates",
                "{'name':'" + n + "T','valueStream':'" + n + "V','propertyDefinitions':{"
                        + "'level':{'baseType':'NUMBER','aspects':{'isLogged':true}},"
                        + "'text':{'baseType':'STRING','aspects':{'isLogged':true}},'other':{'baseType':'STRING'}}}"));
        ok(put("Things", "{'name':'" + n + "','thingTemplate':'" + n + "T'}"));
    }

    @Test
    void aPropertyHasAHistory() throws Exception {
        logged();
        assertThat(result(call("GetValueStream", ""))).isEqualTo(n + "V");
        for (int i = 1; i <= 4; i++) {
            ok(call(
                    "AddNumberValueStreamEntry",
                    "{'propertyName':'level','timestamp':" + i + "000,'value':" + i + "}"));
        }
        ok(call("AddStringValueStreamEntry", "{'propertyName':'text','timestamp':2000,'value':'two'}"));

        String query = "QueryNumberPropertyHistory";
        assertThat(column(call(query, "{'propertyName':'level'}"), "value"))
                .containsExactly("4.0", "3.0", "2.0", "1.0");
        assertThat(rows(call(query, "{'propertyName':'level'}")).get(0).fieldNames())
                .toIterable()
                .containsExactly("id", "timestamp", "value");
        assertThat(column(call(query, "{'propertyName':'level','oldestFirst':true,'maxItems':2}"), "timestamp"))
                .containsExactly("1000", "2000");
        assertThat(column(call(query, "{'propertyName':'level','startDate':2000,'endDate':3000}"), "value"))
                .containsExactly("3.0", "2.0");
        assertThat(column(
                        call(
                                query,
                                "{'propertyName':'level','maxItems':2,'query':{'filters':{'type':'LT','fieldName':"
                                        + "'value','value':4},'sorts':[{'fieldName':'value'}]}}"),
                        "value"))
                .containsExactly("2.0", "3.0");
        List<JsonNode> merged = rows(call("QueryPropertyHistory", "{'oldestFirst':true}"));
        assertThat(merged).hasSize(4);
        assertThat(merged.get(1).toString()).isEqualTo("{\"timestamp\":2000,\"level\":2.0,\"text\":\"two\"}");
        assertThat(column(call("QueryNamedPropertyHistory", "{'propertyNames':{'rows':[{'name':'text'}]}}"), "text"))
                .containsExactly("two");

        List<JsonNode> intervals = rows(call("AggregatePropertyHistory", "{'propertyName':'level','interval':2000}"));
        assertThat(intervals).hasSize(3);
        assertThat(intervals.get(1).toString())
                .isEqualTo(
                        "{\"timestamp\":2000,\"count\":2,\"min\":2.0,\"max\":3.0,\"average\":2.5,\"first\":2.0,\"last\":3.0}");

        failed(call(query, "{'propertyName':'nope'}"), 404, "Property [nope] Does Not Exist");
        failed(call(query, "{'propertyName':'text'}"), 400, "the property text is a STRING");
        ok(call("PurgePropertyHistory", "{'propertyName':'level','endDate':3000}"));
        assertThat(column(call(query, "{'propertyName':'level'}"), "value")).containsExactly("4.0");
        ok(call("PurgeAllPropertyHistory", "{}"));
        assertThat(rows(call("QueryPropertyHistory", "{}"))).isEmpty();
    }

    @Test
    void theSameValueSentAgainIsOneEntry() throws Exception {
        logged();
        String entry = "{'propertyName':'level','timestamp':1000,'value':%s}";
        ok(call("AddNumberValueStreamEntry", entry.formatted("1")));
        ok(call("AddNumberValueStreamEntry", entry.formatted("2")));
        ok(call("AddNumberValueStreamEntry", entry.formatted("1")));

        assertThat(column(call("QueryNumberPropertyHistory", "{'propertyName':'level'}"), "value"))
                .containsExactly("2.0", "1.0");
    }

    @Test
    void aValueStreamIsOneAndStaysAsLongAsItIsNeeded() throws Exception {
        logged();
        failed(node.delete("Things/" + n + "V"), 403, "needed by ThingTemplates " + n + "T");
        failed(call("SetValueStream", "{'name':'" + n + "'}"), 400, "is no value stream");
        failed(call("SetValueStream", "{'name':'" + n + "None'}"), 404, "field valueStream", "does not exist");
        ok(put("Things", "{'name':'" + n + "W','thingTemplate':'ValueStream'}"));
        ok(call("SetValueStream", "{'name':'" + n + "W'}"));
        assertThat(result(call("GetValueStream", ""))).isEqualTo(n + "W");
        assertThat(Json.read(node.get("Things/" + n).body()).path("valueStream").asText())
                .isEqualTo(n + "W");
        ok(call("SetValueStream", "{'name':''}"));
        assertThat(result(call("GetValueStream", ""))).isEqualTo(n + "V");
    }

    @Test
    void withoutAValueStreamThereIsNoHistory() throws Exception {
        ok(put(
                "Things",
                "{'name':'" + n + "','thingTemplate':'GenericThing','propertyDefinitions':{'level':{'baseType':"
                        + "'NUMBER','aspects':{'isLogged':true}}}}"));
        assertThat(rows(call("QueryNumberPropertyHistory", "{'propertyName':'level'}")))
                .isEmpty();
        assertThat(rows(call("QueryPropertyHistory", ""))).isEmpty();
        failed(call("AddNumberValueStreamEntry", "{'propertyName':'level','value':1}"), 400, "no value stream");
    }

    @Test
    void infotablesAreMadeOfInfotables() throws Exception {
        String table =
                "{'dataShape':{'fieldDefinitions':{'a':{'baseType':'STRING','ordinal':0},'b':{'baseType':'NUMBER',"
                        + "'ordinal':1}}},'rows':[{'a':'x','b':3},{'a':'y','b':1},{'a':'x','b':2},{'b':5},{'a':'x','b':3}]}";
        String address = "Resources/InfoTableFunctions/Services/";
        assertThat(column(
                        post(
                                address + "Query",
                                "{'t':" + table + ",'query':{'filters':{'type':'EQ','fieldName':'a',"
                                        + "'value':'x'},'sorts':[{'fieldName':'b'}]}}"),
                        "b"))
                .containsExactly("2.0", "3.0", "3.0");
        assertThat(column(post(address + "Sort", "{'t':" + table + ",'sortColumn':'a','ascending':false}"), "a"))
                .containsExactly("y", "x", "x", "x", "");
        assertThat(column(post(address + "Distinct", "{'t':" + table + ",'columns':'a'}"), "a"))
                .containsExactly("x", "y", "");
        assertThat(rows(post(address + "Distinct", "{'t':" + table + "}"))).hasSize(4);
        assertThat(rows(post(address + "Union", "{'t1':" + table + ",'t2':" + table + "}")))
                .hasSize(10);
        assertThat(result(post(address + "GetRowCount", "{'t':" + table + "}"))).isEqualTo("5.0");
        assertThat(column(post(address + "TopN", "{'t':" + table + ",'maxItems':2}"), "b"))
                .containsExactly("3.0", "1.0");
        List<JsonNode> sums = rows(post(
                address + "Aggregate",
                "{'t':" + table + ",'columns':'b,b,a','aggregates':'SUM,MAX,COUNT','groupByColumns':'a'}"));
        assertThat(sums.get(0).toString()).isEqualTo("{\"a\":\"x\",\"SUM_b\":8.0,\"MAX_b\":3.0,\"COUNT_a\":3.0}");
        assertThat(sums).hasSize(3);
        failed(
                post(address + "Aggregate", "{'t':" + table + ",'columns':'a','aggregates':'SUM'}"),
                400,
                "SUM of a STRING");
    }
}
