package org.steadfast.foundation.script;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvFileSource;
import org.junit.jupiter.params.provider.CsvSource;
import org.steadfast.foundation.service.ServiceException;
import org.steadfast.protocol.type.BaseType;
import org.steadfast.protocol.type.FieldDefinition;
import org.steadfast.protocol.type.Infotable;
import org.steadfast.protocol.type.Value;

/** What scripts must not be able to do, and the language that they have nevertheless. */
class SandboxTest {
    private static LoneScripts scripts;

    @BeforeAll
    static void start() {
        scripts = new LoneScripts(2, 10, Duration.ofMillis(800));
    }

    @AfterAll
    static void stop() {
        scripts.close();
    }

    /** Each line is a script and a part of what comes of it: its value, or the message that it fails with. */
    @ParameterizedTest
    @CsvFileSource(resources = "attacks.txt", delimiter = '~', quoteCharacter = '\0', maxCharsPerColumn = 10_000)
    void isHeldWithinItsBounds(String attack, String outcome) throws Exception {
        assertThat(outcomeOf(attack)).contains(outcome);

        // Whatever it was, the next script finds everything as it was.
        assertThat(
                        outcomeOf(
                                "var a = [3, 1, 2], o = {b: 'x'}; a.sort().map(v => v + 1).join('-') + o + JSON.stringify(o)"
                                        + " + 'abc'.replace(/b/, '$&$&').split('').length + Math.max(1, 2) + typeof Object.prototype.evil"))
                .isEqualTo("2-3-4[object Object]{\"b\":\"x\"}42undefined");
    }

    private static String outcomeOf(String script) throws Exception {
        try {
            return scripts.text(script);
        } catch (ServiceException e) {
            assertThat(e).hasMessageStartingWith("Unable to Invoke Service S on T : ");
            return e.getMessage();
        }
    }

    @ParameterizedTest
    @CsvSource(delimiter = '~', quoteCharacter = '\0', textBlock = """
            1 + 2                                             ~ 3
            result = 5                                        ~ 5
            var result = 6; 7                                 ~ 6
            let result = 8; 9                                 ~ 8
            return 11;                                        ~ 11
            result = 12; return;                              ~ 12
            var result = 13; if (result < 0) { return 1; }    ~ 13
            if (true) { return 'a' } else { return 'b' }      ~ a
            var r = ''; for (let x of [1, 2]) { r += x } r    ~ 12
            var o = {s: 'ab'}; o.s += o.s; o['s'] += 1; o.s   ~ abab1
            [...[1, 2], ...'ab'].map(v => v + '!').join()     ~ 1!,2!,a!,b!
            var x = 1, y = 'z'; `a${x}${y}`                   ~ a1z
            var i = 1, n = 2; i + n                           ~ 3
            (function() { return [].slice.call(arguments, 1).join() })(1, 2, 3) ~ 2,3
            function* g() { yield 1; yield 2 } [...g()].join() ~ 1,2
            JSON.stringify({a: 1, b: [1]}, ['a'])             ~ {"a":1}
            JSON.stringify([1, {a: 2}], (k, v) => k === 'a' ? 3 : v) ~ [1,{"a":3}]
            [1, [2, [3, [4]]]].flat(2).length                 ~ 4
            'aXbX'.replaceAll('X', '-')                       ~ a-b-
            new Set([1, 1, 2]).size                           ~ 2
            Array.from({length: 2}, (v, i) => i).join()       ~ 0,1
            Object.fromEntries([['a', 1]]).a                  ~ 1
            Math.max.apply(null, [1, 3])                      ~ 3
            dateFormatISO(new Date(0))                        ~ 1970-01-01T00:00:00.000Z
            dateFormat(addDays(new Date(0), 1), 'dd.MM.yyyy') ~ 02.01.1970
            parseDate('2020-01-02', 'yyyy-MM-dd').getTime()   ~ 1577923200000
            parseDate('2020-01-02T03:04:05Z').getUTCHours()   ~ 3
            dateDifference(addYears(new Date(0), 1), new Date(0)) / 86400000 ~ 365
            millisToDate(5).getTime()                         ~ 5
            """)
    void isTheLanguageThatScriptsAreWrittenIn(String script, String value) throws Exception {
        assertThat(scripts.text(script)).isEqualTo(value);
    }

    @ParameterizedTest
    @CsvSource(delimiter = '~', quoteCharacter = '\0', textBlock = """
            throw new Error('boom')         ~ Unable to Invoke Service S on T : boom (line 1)
            throw 'text'                    ~ Unable to Invoke Service S on T : text (line 1)
            throw {message: 'm'}            ~ Unable to Invoke Service S on T : m (line 1)
            |null.x                         ~ Cannot read property "x" from null (line 2)
            return 1;|foo bar               ~ missing ; before statement (line 2, column
            me.Unknown()                    ~ TypeError: Cannot find function Unknown
            with (me) {}                    ~ the statement with is not supported (line 1, column 1)
            """)
    void saysWhereItFailed(String script, String message) {
        assertThatThrownBy(() -> scripts.text(script.replace('|', '\n')))
                .isInstanceOf(ServiceException.class)
                .hasMessageContaining(message);
    }

    @ParameterizedTest
    @CsvSource(
            quoteCharacter = '"',
            value = {
                "NaN, NUMBER, NaN is no number",
                "1/0, NUMBER, Infinity is no number",
                "({a: [NaN]}), JSON, NaN is no number",
                "'x', NUMBER, NUMBER needs a number",
                "new Date(NaN), DATETIME, an invalid Date",
                "({}), INTEGER, INTEGER needs"
            })
    void refusesResultsThatAreNone(String script, BaseType type, String message) {
        assertThatThrownBy(() -> scripts.run(script, type))
                .isInstanceOf(ServiceException.class)
                .hasMessageContaining("the result cannot be given: ")
                .hasMessageContaining(message);
    }

    @Test
    void aSubscriptionSeesItsVariables() throws Exception {
        Infotable data = new Infotable(
                List.of(new FieldDefinition("newValue", BaseType.NUMBER)), List.of(List.of(Value.number(5))));
        Map<String, Value> variables = Map.of(
                "eventName", Value.string("DataChange"),
                "eventTime", new Value.Datetime(7),
                "eventData", new Value.Table(data));

        assertThat(scripts.subscription("throw eventName + eventTime.getTime() + eventData.newValue", variables))
                .failsWithin(5, TimeUnit.SECONDS)
                .withThrowableThat()
                .withMessageContaining("Unable to run subscription X of T : DataChange75 (line 1)");
        assertThat(scripts.subscription("var unused = eventData.rows[0].newValue;", variables))
                .succeedsWithin(5, TimeUnit.SECONDS);
    }

    @Test
    void moreThanMayWaitAreRefused() throws Exception {
        try (LoneScripts few = new LoneScripts(1, 2, Duration.ofMillis(500))) {
            CompletableFuture<Value> running = few.begin("while (true) {}", BaseType.STRING);
            List<CompletableFuture<Value>> waiting =
                    List.of(few.begin("1", BaseType.STRING), few.begin("1", BaseType.STRING));

            assertThatThrownBy(() -> few.begin("1", BaseType.STRING).join())
                    .isInstanceOfSatisfying(
                            ServiceException.class, e -> assertThat(e.kind()).isEqualTo(ServiceException.Kind.NO_ROOM))
                    .hasMessageContaining("2 scripts are waiting already; nothing was done");
            assertThat(running)
                    .failsWithin(5, TimeUnit.SECONDS)
                    .withThrowableThat()
                    .withMessageContaining("took longer");
            await().until(() -> waiting.stream().allMatch(CompletableFuture::isDone));
            assertThat(few.text("'free ' + 'again'")).isEqualTo("free again");
        }
    }

    @Test
    void aNodeThatStopsWaitsForNoScript() throws Exception {
        LoneScripts stopping = new LoneScripts(1, 2, Duration.ofMinutes(1));
        CompletableFuture<Value> running =
                stopping.begin("while (true) { try { while (true) {} } finally { continue } }", BaseType.STRING);
        CompletableFuture<Value> waiting = stopping.begin("1", BaseType.STRING);
        await().until(() ->
                stopping.registry.get("steadfast.scripts.running").gauge().value() == 1);

        stopping.close();

        for (CompletableFuture<Value> each : List.of(running, waiting)) {
            assertThat(each)
                    .failsWithin(5, TimeUnit.SECONDS)
                    .withThrowableThat()
                    .withMessageContaining("the node is stopping");
        }
    }

    @Test
    void aScriptThatKeepsTooMuchIsEndedAndOthersGoOn() throws Exception {
        System.gc();
        Heap small = new Heap(Heap.ofThisProcess().used() + (100 << 20));
        try (LoneScripts four = new LoneScripts(4, 10, Duration.ofSeconds(20), small)) {
            String greedy = "var a = []; for (;;) { a.push('x'.repeat(100000 + a.length)) }";
            List<CompletableFuture<Value>> all = new ArrayList<>();
            for (int i = 0; i < 4; i++) {
                all.add(four.begin(greedy, BaseType.STRING));
            }
            for (CompletableFuture<Value> each : all) {
                assertThat(each)
                        .failsWithin(60, TimeUnit.SECONDS)
                        .withThrowableThat()
                        .withMessageContaining("memory is short");
            }
            assertThat(four.text("'still ' + 'here'")).isEqualTo("still here");
        }
    }
}
