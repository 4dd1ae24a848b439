package org.steadfast.foundation.model;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.steadfast.persistence.store.StoredEntity;
import org.steadfast.protocol.json.Json;
import org.steadfast.protocol.type.BaseType;
import org.steadfast.protocol.type.Value;

class EntityJsonTest {
    private static final Entity PRESENT = Entity.draft(EntityType.THING, "Pump")
            .change()
            .description("a pump")
            .parent("RemoteThing")
            .projectName("Plant")
            .build();

    @Test
    void readsWhatAClientSends() throws Exception {
        Entity thing = read("{'description':'d','thingTemplate':'GenericThing','projectName':'P','identifier':'id',"
                + "'enabled':false,'propertyDefinitions':{'p':{'baseType':'number','description':'pp',"
                + "'aspects':{'isReadOnly':true,'pushType':'ALWAYS','pushThreshold':2}}}}");

        assertThat(thing.description()).isEqualTo("d");
        assertThat(thing.parent()).isEqualTo("GenericThing");
        assertThat(thing.projectName()).isEqualTo("P");
        assertThat(thing.identifier()).contains("id");
        assertThat(thing.enabled()).isFalse();
        assertThat(thing.members().properties().get("p").baseType()).isEqualTo(BaseType.NUMBER);
        assertThat(thing.members().properties().get("p").aspects())
                .containsEntry("pushThreshold", Value.number(2))
                .containsEntry("pushType", Value.string("ALWAYS"));
        assertThat(Members.isReadOnly(thing.members().properties().get("p"))).isTrue();
    }

    @Test
    void keepsWhatAClientDoesNotSend() throws Exception {
        Entity before = read("{'identifier':'id','propertyDefinitions':{'p':{'baseType':'STRING'}}}");

        assertThat(EntityJson.read(Json.read("{}"), before)).isEqualTo(before);
        assertThat(EntityJson.read(Json.read("{\"description\":null}"), before)).isEqualTo(before);
        assertThat(EntityJson.read(Json.read("{\"identifier\":\"\"}"), before).identifier())
                .isEmpty();
        assertThat(EntityJson.read(Json.read("{\"propertyDefinitions\":{}}"), before)
                        .members()
                        .properties())
                .isEmpty();
    }

    @Test
    void readsWhatItShows() throws Exception {
        Entity thing = read("{'propertyDefinitions':{'p':{'baseType':'STRING','aspects':{'defaultValue':'x'}}}}");
        JsonNode shown = Json.read(EntityJson.toEntity(thing, thing.members()));

        assertThat(EntityJson.read(shown, Entity.draft(EntityType.THING, "Pump")))
                .isEqualTo(thing);
        assertThat(shown.path("effectiveShape").path("propertyDefinitions").has("p"))
                .isTrue();
    }

    @Test
    void keepsTheOrderOfPropertiesWhateverTheDatabaseDoesToKeys() throws Exception {
        Entity thing = read("{'propertyDefinitions':{'zz':{'baseType':'STRING'},'long name':{'baseType':'STRING'},"
                + "'a':{'baseType':'STRING'}}}");
        assertThat(thing.members().properties().keySet()).containsExactly("zz", "long name", "a");
        JsonNode stored = Json.read(EntityJson.toStored(thing));
        JsonNode definitions = stored.path("propertyDefinitions");
        String shuffled = "{\"propertyDefinitions\":{\"a\":" + definitions.get("a") + ",\"zz\":" + definitions.get("zz")
                + ",\"long name\":" + definitions.get("long name") + "}}";

        Entity back = EntityJson.fromStored(new StoredEntity(1, "Things", "Pump", 3, Optional.of("id"), shuffled, 17));

        assertThat(back.members().properties().keySet()).containsExactly("zz", "long name", "a");
        assertThat(back.id()).isEqualTo(1);
        assertThat(back.version()).isEqualTo(3);
        assertThat(back.identifier()).contains("id");
    }

    @Test
    void keepsWhatItDoesNotInterpret() throws Exception {
        Entity thing = read("{'homeMashup':'M','configurationTables':{'t':{'rows':[{'a':1}]}},'lastModifiedDate':5}");
        assertThat(thing.other().fieldNames())
                .toIterable()
                .containsExactlyInAnyOrder("homeMashup", "configurationTables");

        Entity changed = EntityJson.read(Json.read("{\"homeMashup\":null}"), thing);
        assertThat(changed.other().fieldNames()).toIterable().containsExactly("configurationTables");
        assertThat(Json.read(EntityJson.toEntity(thing, thing.members()))
                        .path("homeMashup")
                        .asText())
                .isEqualTo("M");
    }

    /** What every kind of member brings comes back as it was, from the database and from a client that sends what it got. */
    @Test
    void givesMembersOfAllKindsBack() throws Exception {
        Entity thing = read("{'tags':'V:a;V:b:c','implementedShapes':['S1',{'name':'S2'}],'thingShape':{"
                + "'propertyDefinitions':{'p':{'baseType':'NUMBER'}},"
                + "'serviceDefinitions':{'s':{'description':'d','category':'c','parameterDefinitions':{"
                + "'b':{'baseType':'NUMBER','ordinal':2},'a':{'baseType':'STRING','ordinal':1}},"
                + "'resultType':{'baseType':'INFOTABLE','aspects':{'dataShape':'D'}},'aspects':{'isAsync':true}}},"
                + "'serviceImplementations':{'s':{'handlerName':'Script','configurationTables':{'Script':{'rows':["
                + "{'code':'result = a;'}]}}}},"
                + "'eventDefinitions':{'e':{'dataShape':'E','description':'ed'}},"
                + "'subscriptions':{'x':{'eventName':'DataChange','sourceProperty':'p','enabled':false,"
                + "'serviceImplementation':{'configurationTables':{'Script':{'rows':[{'code':'me.q = 1;'}]}}}}},"
                + "'remotePropertyBindings':{'p':{'name':'p','sourceName':'edge','pushType':'ALWAYS'}},"
                + "'remoteServiceBindings':{'r':{'sourceName':'far','timeout':5}},"
                + "'remoteEventBindings':{'e':{'sourceName':'edgeEvent'}}}}");

        assertThat(thing.tags()).containsExactly("V:a", "V:b:c");
        assertThat(thing.shapes()).containsExactly("S1", "S2");
        Members members = thing.members();
        ServiceDefinition service = members.services().get("s");
        assertThat(service.parameters().keySet()).containsExactly("a", "b");
        assertThat(service.result().name()).isEqualTo("result");
        assertThat(members.implementations().get("s").code()).isEqualTo("result = a;");
        assertThat(members.implementations().get("r").sourceName()).isEqualTo("far");
        assertThat(members.implementations().get("r").timeoutSeconds()).isEqualTo(5);
        assertThat(members.events().get("e").remoteName()).isEqualTo("edgeEvent");
        assertThat(members.subscriptions().get("x"))
                .isEqualTo(new SubscriptionDefinition(
                        "x",
                        "",
                        false,
                        "",
                        "DataChange",
                        "p",
                        new ServiceImplementation(
                                "subscription",
                                ServiceImplementation.SCRIPT,
                                "me.q = 1;",
                                Json.mapper().createObjectNode()),
                        true,
                        ""));
        assertThat(members.properties().get("p").aspects())
                .containsEntry("remotePropertyName", Value.string("edge"))
                .containsEntry("pushType", Value.string("ALWAYS"));
        assertThat(thing.needs())
                .extracting(EntityRef::toString)
                .containsExactly(
                        "ThingTemplates/RemoteThing",
                        "ThingShapes/S1",
                        "ThingShapes/S2",
                        "Projects/Plant",
                        "DataShapes/D",
                        "DataShapes/E");

        StoredEntity stored = new StoredEntity(7, "Things", "Pump", 1, Optional.empty(), EntityJson.toStored(thing), 0);
        assertThat(EntityJson.fromStored(stored).members()).isEqualTo(members);
        assertThat(EntityJson.fromStored(stored).needs()).isEqualTo(thing.needs());
        JsonNode shown = Json.read(EntityJson.toEntity(thing, members));
        assertThat(EntityJson.read(shown, Entity.draft(EntityType.THING, "Pump")))
                .isEqualTo(thing);
    }

    @Test
    void takesFieldsOfDataShapesAndMembersOfShapesAtTheTop() throws Exception {
        Entity data = EntityJson.read(
                Json.read("{\"baseDataShape\":\"B\",\"fieldDefinitions\":{\"k\":{\"baseType\":\"STRING\","
                        + "\"aspects\":{\"isPrimaryKey\":true}}}}"),
                Entity.draft(EntityType.DATA_SHAPE, "D"));
        assertThat(data.fields().get("k").aspects()).containsEntry("isPrimaryKey", new Value.Bool(true));
        assertThat(data.needs()).containsExactly(new EntityRef(EntityType.DATA_SHAPE, "B"));

        Entity shape = EntityJson.read(
                Json.read("{\"propertyDefinitions\":{\"p\":{\"baseType\":\"STRING\"}}}"),
                Entity.draft(EntityType.THING_SHAPE, "S"));
        assertThat(shape.members().properties()).containsKey("p");
        assertThat(Json.read(EntityJson.toEntity(shape, shape.members()))
                        .path("propertyDefinitions")
                        .has("p"))
                .isTrue();
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
            {'description':5}                                              | field description
            {'enabled':'yes'}                                              | field enabled
            {'thingTemplate':{}}                                           | field thingTemplate
            {'identifier':5}                                               | field identifier
            {'propertyDefinitions':5}                                      | field propertyDefinitions
            {'thingShape':{'propertyDefinitions':5}}                       | field propertyDefinitions
            {'propertyDefinitions':{'p':{'baseType':'FLOAT'}}}             | field p has the unknown base type [FLOAT]
            {'propertyDefinitions':{'p':5}}                                | field p has the unknown base type
            {'propertyDefinitions':{'*p':{'baseType':'STRING'}}}           | field propertyDefinitions.*p
            {'description':'a\\u0000b'}                                    | field description
            {'identifier':'\\ud800'}                                       | field identifier
            {'projectName':'\\udc00\\ud800'}                               | field projectName
            {'propertyDefinitions':{'p':{'baseType':'STRING','description':'\\u0000'}}} | field propertyDefinitions.p
            {'propertyDefinitions':{'p':{'baseType':'STRING','aspects':{'a':{'b':['\\u0000']}}}}} | propertyDefinitions.p
            {'propertyDefinitions':{'p':{'baseType':'STRING','aspects':{'\\u0000':1}}}} | field propertyDefinitions.p
            {'tags':5}                                                     | field tags
            {'tags':'plain'}                                               | field tags
            {'implementedShapes':[5]}                                      | field name
            {'serviceDefinitions':{'s':{'parameterDefinitions':{'a':{'baseType':'X'}}}}} | unknown base type [X]
            {'serviceImplementations':{'s':{'handlerName':5}}}             | field handlerName
            {'subscriptions':{'x':{}}}                                     | field subscriptions.x.eventName
            {'subscriptions':{'x':{'eventName':'E','enabled':'no'}}}       | field enabled
            {'remotePropertyBindings':{'p':{}}}                            | field remotePropertyBindings.p
            {'homeMashup':'a\\u0000b'}                                     | field homeMashup
            []                                                             | must be a JSON object
            """)
    void namesTheFieldThatIsWrong(String entity, String message) {
        assertThatThrownBy(() -> read(entity))
                .hasMessageContaining(message)
                .isInstanceOfSatisfying(
                        ModelException.class, e -> assertThat(e.kind()).isEqualTo(ModelException.Kind.INVALID));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                " ",
                " a",
                "a ",
                "*a",
                "a/b",
                "a\\b",
                "a\nb",
                "a\u0000b",
                "a\u007fb",
                "a\u0085b",
                ".",
                "..",
                "\ud800"
            })
    void refusesNamesThatCannotBeAddressed(String name) {
        assertThatThrownBy(() -> Names.check("name", name)).hasMessageContaining("field name");
    }

    @ParameterizedTest
    @ValueSource(strings = {"a", "Pump 7", "100%", "a+b?c#d&e=f;g", "\u00e4\u20ac\ud83d\ude00", "...", "a*", "'\"<>"})
    void takesAllOtherNames(String name) throws Exception {
        assertThat(Names.check("name", name)).isEqualTo(name);
    }

    @Test
    void takesNamesOfTwoHundredAndFiftyFiveCharacters() throws Exception {
        assertThat(Names.check("name", "n".repeat(255))).hasSize(255);
        assertThatThrownBy(() -> Names.check("name", "n".repeat(256))).hasMessageContaining("255");
        assertThatThrownBy(() -> Names.require(Json.read("{\"name\":5}"), "name"))
                .hasMessageContaining("field name: a name is needed");
    }

    @Test
    void tellsWhichValuesHaveNoPlaceAnyMore() throws Exception {
        Entity before = read("{'propertyDefinitions':{'kept':{'baseType':'STRING'},'gone':{'baseType':'STRING'},"
                + "'retyped':{'baseType':'STRING'}}}");
        Entity after = read("{'propertyDefinitions':{'retyped':{'baseType':'NUMBER'},"
                + "'kept':{'baseType':'STRING','description':'other'},'new':{'baseType':'STRING'}}}");

        assertThat(before.members().propertiesDroppedBy(after.members())).containsExactlyInAnyOrder("gone", "retyped");
        assertThat(before.members().propertiesDroppedBy(before.members())).isEmpty();
    }

    private static Entity read(String entity) throws Exception {
        return EntityJson.read(Json.read(entity.replace('\'', '"')), PRESENT);
    }
}
