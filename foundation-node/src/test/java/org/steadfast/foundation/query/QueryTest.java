package org.steadfast.foundation.query;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.function.Function;
import org.junit.jupiter.api.Assertions;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.steadfast.foundation.RunningNode;
import org.steadfast.foundation.rows.RowContent;
import org.steadfast.persistence.query.LikePattern;
import org.steadfast.persistence.store.DataTableStore;
import org.steadfast.persistence.store.EntityWrite;
import org.steadfast.persistence.store.RowLabels;
import org.steadfast.persistence.store.RowWrite;
import org.steadfast.persistence.store.StoredRow;
import org.steadfast.protocol.json.Json;
import org.steadfast.protocol.json.ValueJson;
import org.steadfast.protocol.type.BaseType;
import org.steadfast.protocol.type.FieldDefinition;
import org.steadfast.protocol.type.Value;

/** What queries mean, for rows in memory and for rows in the database alike: every question here is asked of both. */
@ExtendWith(RunningNode.Extension.class)
class QueryTest {
    private static final List<FieldDefinition> FIELDS = List.of(
            new FieldDefinition("t", BaseType.STRING),
            new FieldDefinition("n", BaseType.NUMBER),
            new FieldDefinition("i", BaseType.INTEGER),
            new FieldDefinition("l", BaseType.LONG),
            new FieldDefinition("b", BaseType.BOOLEAN),
            new FieldDefinition("d", BaseType.DATETIME),
            new FieldDefinition("p", BaseType.LOCATION),
            new FieldDefinition("g", BaseType.TAGS),
            new FieldDefinition("j", BaseType.JSON),
            new FieldDefinition("it's \"odd\" ?", BaseType.STRING));

    private static final RowShape SHAPE = RowShape.of(FIELDS);

    /** Rows by their keys. */
    private static final Map<String, Map<String, Value>> ROWS = new LinkedHashMap<>();

    private static DataTableStore store;
    private static long thing;

    @BeforeAll
    static void fill(RunningNode node) throws Exception {
        store = node.database().dataTables();
        thing = node.database()
                .model()
                .create(new EntityWrite("QueryTests", "rows", Optional.empty(), "{}", List.of()))
                .id();
        row(
                "r1",
                "{'t':'Pump','n':1.5,'i':1,'l':9007199254740993,'b':true,'d':1000,'p':'48.0,9.0','g':'V:T;V:U','j':{}}");
        row("r2", "{'t':'pump 100%','n':-2,'i':2,'l':9007199254740992,'b':false,'d':2000,'p':'48.1,9.0','g':'V:T'}");
        row("r3", "{'t':'','n':0.1,'i':-3,'l':-1,'d':-5000,'p':'-33,151'}");
        ROWS.get("r3").put("it's \"odd\" ?", Value.string("x"));
        row("r4", "{'t':'\\u00c4rger_\\\\','n':1e300,'i':2147483647,'b':true,'j':[1]}");
        row("r5", "{'t':'\\ud83d\\ude00','n':-0.0,'g':'V:Tx'}");
        row("r6", "{'t':'\\ufffd','n':100}");
        row("r7", "{}");
        row("r8", "{'t':'STRASSE \\u03a3','n':1.0000000000000002,'i':0}");
        ROWS.get("r7").put("n", Value.number(Double.NaN));
        List<RowWrite> writes = new ArrayList<>();
        ROWS.forEach((key, cells) -> writes.add(new RowWrite(key, 1, RowLabels.NONE, RowContent.write(cells))));
        store.add(thing, writes);
    }

    private static void row(String key, String json) throws Exception {
        JsonNode sent = Json.read(json.replace('\'', '"'));
        Map<String, Value> cells = new LinkedHashMap<>();
        for (FieldDefinition field : FIELDS) {
            if (sent.has(field.name())) {
                cells.put(field.name(), ValueJson.read(sent.get(field.name()), field.baseType()));
            }
        }
        ROWS.put(key, cells);
    }

    private static Function<String, Value> cells(String key) {
        return name -> ROWS.get(key).getOrDefault(name, Value.NOTHING);
    }

    /** Keys of the rows as memory finds them, after the database was seen to find the same. */
    private static List<String> found(String query) throws Exception {
        return found(Json.read(query.replace('\'', '"')));
    }

    private static List<String> found(JsonNode json) throws Exception {
        Query query = QueryReader.read(json, SHAPE);
        RowMatch match = new RowMatch(query.filter());
        List<String> inMemory = ROWS.keySet().stream()
                .filter(key -> match.fulfils(cells(key)))
                .sorted((a, b) -> RowMatch.order(query.sorts()).compare(cells(a), cells(b)))
                .toList();
        List<String> inDatabase = store.query(thing, query.limited(100)).stream()
                .map(StoredRow::key)
                .toList();
        assertThat(inDatabase).as("the database on %s", json).isEqualTo(inMemory);
        return inMemory;
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '`',
            value = {
                "EQ | t | 'value':'Pump' | r1",
                "EQ | t | 'value':'PUMP','isCaseSensitive':false | r1",
                "EQ | t | 'value':'\u00e4RGER_\\\\','isCaseSensitive':'false' | r4",
                "EQ | t | 'value':'' | r3",
                "NE | t | 'value':'Pump' | r2 r3 r4 r5 r6 r7 r8",
                "GT | t | 'value':'pump' | r2 r4 r5 r6",
                "LT | t | 'value':'A' | r3",
                "GE | t | 'value':'\ufffd' | r5 r6",
                "GT | n | 'value':1 | r1 r4 r6 r8",
                "GT | n | 'value':'1' | r1 r4 r6 r8",
                "LE | n | 'value':0 | r2 r5",
                "EQ | n | 'value':0 | r5",
                "EQ | n | 'value':0.1 | r3",
                "NE | n | 'value':0.1 | r1 r2 r4 r5 r6 r7 r8",
                "GT | i | 'value':1.5 | r2 r4",
                "GT | l | 'value':9007199254740992 | r1",
                "EQ | b | 'value':true | r1 r4",
                "EQ | b | 'value':'TRUE' | r1 r4",
                "LT | b | 'value':true | r2",
                "GE | d | 'value':'1970-01-01T00:00:01Z' | r1 r2",
                "LIKE | t | 'value':'%ump%' | r1 r2",
                "LIKE | t | 'value':'*ump*' | r1 r2",
                "LIKE | t | 'value':'P%' | r1",
                "LIKE | t | 'value':'p%','isCaseSensitive':false | r1 r2",
                "LIKE | t | 'value':'P_m?' | r1",
                "LIKE | t | 'value':'_' | r5 r6",
                "LIKE | t | 'value':'%\\\\%' | r2",
                "LIKE | t | 'value':'%\\\\_%' | r4",
                "LIKE | t | 'value':'%\\\\' | r4",
                "LIKE | t | 'value':'' | r3",
                "LIKE | t | 'value':'%' | r1 r2 r3 r4 r5 r6 r8",
                "LIKE | t | 'value':'strasse%','isCaseSensitive':false | r8",
                "NOTLIKE | t | 'value':'%ump%' | r3 r4 r5 r6 r7 r8",
                "IN | n | 'values':[1.5,'100'] | r1 r6",
                "IN | t | 'values':['PUMP','x'],'isCaseSensitive':false | r1",
                "IN | b | 'values':[false] | r2",
                "IN | t | 'values':[] | ``",
                "NOTIN | n | 'values':[1.5,100] | r2 r3 r4 r5 r7 r8",
                "BETWEEN | n | 'from':0,'to':1.5 | r1 r3 r5 r8",
                "BETWEEN | t | 'from':'P','to':'Q' | r1",
                "NOTBETWEEN | n | 'from':0,'to':1.5 | r2 r4 r6 r7",
                "MISSINGVALUE | n | 'x':1 | r7",
                "MISSINGVALUE | t | 'x':1 | r7",
                "MISSINGVALUE | p | 'x':1 | r4 r5 r6 r7 r8",
                "NOTMISSINGVALUE | j | 'x':1 | r1 r4",
                "NOTMISSINGVALUE | g | 'x':1 | r1 r2 r5",
                "NEAR | p | 'location':{'latitude':48.0,'longitude':9.0},'distance':10,'units':'K' | r1",
                "NEAR | p | 'location':{'latitude':48.0,'longitude':9.0},'distance':12,'units':'K' | r1 r2",
                "NEAR | p | 'location':{'latitude':48.0,'longitude':9.0},'distance':7 | r1 r2",
                "NEAR | p | 'location':{'latitude':48.0,'longitude':9.0},'distance':100000,'units':'N' | r1 r2 r3",
                "NOTNEAR | p | 'location':{'latitude':48.0,'longitude':9.0},'distance':12,'units':'K' | r3 r4 r5 r6 r7 r8",
                "TAGGED | g | 'tags':'V:T' | r1 r2",
                "TAGGED | g | 'tags':[{'vocabulary':'V','vocabularyTerm':'T'},{'vocabulary':'V','vocabularyTerm':'U'}] | r1",
                "NOTTAGGED | g | 'tags':'V:T' | r3 r4 r5 r6 r7 r8",
            })
    void findsRows(String type, String field, String rest, String keys) throws Exception {
        List<String> expected = keys.isEmpty() ? List.of() : List.of(keys.split(" ", -1));
        String filter = "{'type':'" + type + "','fieldName':'" + field + "'," + rest + "}";
        assertThat(found("{'filters':" + filter + "}")).isEqualTo(expected);
        assertThat(found("{'filters':[" + filter + "]}")).isEqualTo(expected);
        assertThat(found(filter)).isEqualTo(expected);
        List<String> others = new ArrayList<>(ROWS.keySet());
        others.removeAll(expected);
        assertThat(found("{'filters':{'type':'NOT','filters':[" + filter + "]}}"))
                .isEqualTo(others);
    }

    @Test
    void joinsFilters() throws Exception {
        String n = "{'type':'GT','fieldName':'n','value':1}";
        String b = "{'type':'EQ','fieldName':'b','value':true}";
        assertThat(found("{'filters':{'type':'AND','filters':[" + n + "," + b + "]}}"))
                .containsExactly("r1", "r4");
        assertThat(found("{'filters':{'type':'or','filters':[" + n + "," + b + "]}}"))
                .containsExactly("r1", "r4", "r6", "r8");
        assertThat(found("{'filters':{'type':'AND','filters':[]}}")).hasSize(8);
        assertThat(found("{'filters':{'type':'OR','filters':[]}}")).hasSize(8);
        assertThat(found("{}")).hasSize(8);
        assertThat(found("{'filters':{}}")).hasSize(8);
        ObjectNode odd = Json.mapper().createObjectNode();
        odd.putObject("filters").put("type", "NOTMISSINGVALUE").put("fieldName", "it's \"odd\" ?");
        assertThat(found(odd)).containsExactly("r3");
    }

    @Test
    void ordersRowsAndPutsThoseWithoutAValueLast() throws Exception {
        assertThat(found("{'sorts':[{'fieldName':'n'}]}"))
                .containsExactly("r2", "r5", "r3", "r8", "r1", "r6", "r4", "r7");
        assertThat(found("{'sorts':[{'fieldName':'n','isAscending':false}]}"))
                .containsExactly("r4", "r6", "r1", "r8", "r3", "r5", "r2", "r7");
        assertThat(found("{'sorts':[{'fieldName':'t'}]}"))
                .containsExactly("r3", "r1", "r8", "r2", "r4", "r6", "r5", "r7");
        assertThat(found("{'sorts':[{'fieldName':'b','isAscending':false},{'fieldName':'n'}]}"))
                .containsExactly("r1", "r4", "r2", "r5", "r3", "r8", "r6", "r7");
    }

    /** Patterns and texts of few characters, so that they often match. */
    @Test
    void takesPatternsAsTheDatabaseDoes() throws Exception {
        Random random = new Random(7);
        for (int i = 0; i < 300; i++) {
            ObjectNode query = Json.mapper().createObjectNode();
            StringBuilder pattern = new StringBuilder();
            for (int length = random.nextInt(7); length > 0; length--) {
                pattern.append("%_*?\\pPu\u00c4".charAt(random.nextInt(9)));
            }
            query.putObject("filters")
                    .put("type", "LIKE")
                    .put("fieldName", "t")
                    .put("isCaseSensitive", random.nextBoolean())
                    .put("value", pattern.toString());
            found(query);
        }
    }

    @Test
    void noPatternTakesLong() {
        LikePattern pattern = LikePattern.of("%a".repeat(400) + "b");
        String text = "a".repeat(20_000);
        Assertions.assertTimeoutPreemptively(
                Duration.ofSeconds(10), () -> assertThat(pattern.matches(text)).isFalse());
        assertThat(LikePattern.of("%a".repeat(400) + "%").matches(text)).isTrue();
    }

    @Test
    void noQueryTakesLong() throws Exception {
        String text = "a".repeat(1_000_000);
        for (String type : List.of(
                "'LIKE','value':'%a%a%b','isCaseSensitive':false",
                "'IN','values':['A','b'],'isCaseSensitive':false",
                "'NE','value':'" + "b".repeat(1_000) + "'",
                "'BETWEEN','from':'a','to':'" + "b".repeat(1_000) + "'")) {
            String filter =
                    "{'type':'NOT','filters':[{'type':'NOT','filters':[{'fieldName':'t','type':" + type + "}]}]}";
            String all = String.join(",", java.util.Collections.nCopies(300, filter));
            Query query = QueryReader.read(
                    Json.read(("{'filters':{'type':'OR','filters':[" + all + "]}}").replace('\'', '"')), SHAPE);
            RowMatch match = new RowMatch(query.filter(), 20_000_000);
            Assertions.assertTimeoutPreemptively(Duration.ofSeconds(20), () -> {
                for (int row = 0; row < 200 && !match.hasGivenUp(); row++) {
                    match.fulfils(name -> Value.string(text));
                }
            });
            assertThat(match.hasGivenUp()).as(type).isTrue();
            assertThat(match.fulfils(name -> Value.string("x"))).isFalse();
        }
    }

    @Test
    void refusesWhatIsTooMuch() {
        String leaf = "{'type':'MISSINGVALUE','fieldName':'t'}";
        String deep = "{'type':'NOT','filters':[".repeat(40) + leaf + "]}".repeat(40);
        assertThatThrownBy(() -> found("{'filters':'x'}")).hasMessageContaining("filters is one filter or a list");
        assertThatThrownBy(() -> found("{'filters':" + deep + "}")).hasMessageContaining("nested more than 32");
        String many = String.join(",", java.util.Collections.nCopies(1_100, leaf));
        assertThatThrownBy(() -> found("{'filters':[" + many + "]}")).hasMessageContaining("more than 1000 filters");
        assertThatThrownBy(
                        () -> found("{'filters':{'type':'LIKE','fieldName':'t','value':'" + "%".repeat(1_001) + "'}}"))
                .hasMessageContaining("1000 characters");
    }
}
