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

class ThingJsonTest {
    private static final Thing PRESENT = Thing.draft("Pump", "a pump", "RemoteThing", "Plant");

    @Test
    void readsWhatAClientSends() throws Exception {
        Thing thing = read("{'description':'d','thingTemplate':'GenericThing','projectName':'P','identifier':'id',"
                + "'enabled':false,'propertyDefinitions':{'p':{'baseType':'number','description':'pp',"
                + "'aspects':{'isReadOnly':true,'pushType':'ALWAYS','pushThreshold':2}}}}");

        assertThat(thing.description()).isEqualTo("d");
        assertThat(thing.thingTemplate()).isEqualTo("GenericThing");
        assertThat(thing.projectName()).isEqualTo("P");
        assertThat(thing.identifier()).contains("id");
        assertThat(thing.enabled()).isFalse();
        assertThat(thing.properties().get("p").baseType()).isEqualTo(BaseType.NUMBER);
        assertThat(thing.properties().get("p").aspects())
                .containsEntry("pushThreshold", Value.number(2))
                .containsEntry("pushType", Value.string("ALWAYS"));
        assertThat(Thing.isReadOnly(thing.properties().get("p"))).isTrue();
    }

    @Test
    void keepsWhatAClientDoesNotSend() throws Exception {
        Thing before = read("{'identifier':'id','propertyDefinitions':{'p':{'baseType':'STRING'}}}");

        assertThat(ThingJson.fromEntity(Json.read("{}"), before)).isEqualTo(before);
        assertThat(ThingJson.fromEntity(Json.read("{\"description\":null}"), before))
                .isEqualTo(before);
        assertThat(ThingJson.fromEntity(Json.read("{\"identifier\":\"\"}"), before)
                        .identifier())
                .isEmpty();
        assertThat(ThingJson.fromEntity(Json.read("{\"propertyDefinitions\":{}}"), before)
                        .properties())
                .isEmpty();
    }

    @Test
    void readsWhatItShows() throws Exception {
        Thing thing = read("{'propertyDefinitions':{'p':{'baseType':'STRING','aspects':{'defaultValue':'x'}}}}");
        JsonNode shown = Json.read(ThingJson.toEntity(thing));

        assertThat(ThingJson.fromEntity(shown, Thing.draft("Pump", "", "GenericThing", "")))
                .isEqualTo(thing);
        assertThat(shown.path("effectiveShape").path("propertyDefinitions").has("p"))
                .isTrue();
    }

    @Test
    void keepsTheOrderOfPropertiesWhateverTheDatabaseDoesToKeys() throws Exception {
        Thing thing = read("{'propertyDefinitions':{'zz':{'baseType':'STRING'},'long name':{'baseType':'STRING'},"
                + "'a':{'baseType':'STRING'}}}");
        assertThat(thing.properties().keySet()).containsExactly("zz", "long name", "a");
        JsonNode stored = Json.read(ThingJson.toStored(thing));
        JsonNode definitions = stored.path("propertyDefinitions");
        String shuffled = "{\"propertyDefinitions\":{\"a\":" + definitions.get("a") + ",\"zz\":" + definitions.get("zz")
                + ",\"long name\":" + definitions.get("long name") + "}}";

        Thing back =
                ThingJson.fromStored(new StoredEntity(1, Thing.COLLECTION, "Pump", 3, Optional.of("id"), shuffled, 17));

        assertThat(back.properties().keySet()).containsExactly("zz", "long name", "a");
        assertThat(back.id()).isEqualTo(1);
        assertThat(back.version()).isEqualTo(3);
        assertThat(back.identifier()).contains("id");
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
            {'description':5}                                              | field description
            {'enabled':'yes'}                                              | field enabled
            {'thingTemplate':{}}                                           | field thingTemplate
            {'identifier':5}                                               | field identifier
            {'propertyDefinitions':[]}                                     | field propertyDefinitions
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
        assertThatThrownBy(() -> ThingJson.checkName("name", name)).hasMessageContaining("field name");
    }

    @ParameterizedTest
    @ValueSource(strings = {"a", "Pump 7", "100%", "a+b?c#d&e=f;g", "\u00e4\u20ac\ud83d\ude00", "...", "a*", "'\"<>"})
    void takesAllOtherNames(String name) throws Exception {
        assertThat(ThingJson.checkName("name", name)).isEqualTo(name);
    }

    @Test
    void takesNamesOfTwoHundredAndFiftyFiveCharacters() throws Exception {
        assertThat(ThingJson.checkName("name", "n".repeat(255))).hasSize(255);
        assertThatThrownBy(() -> ThingJson.checkName("name", "n".repeat(256))).hasMessageContaining("255");
        assertThatThrownBy(() -> ThingJson.requireName(Json.read("{\"name\":5}"), "name"))
                .hasMessageContaining("field name: a name is needed");
    }

    @Test
    void tellsWhichValuesHaveNoPlaceAnyMore() throws Exception {
        Thing before = read("{'propertyDefinitions':{'kept':{'baseType':'STRING'},'gone':{'baseType':'STRING'},"
                + "'retyped':{'baseType':'STRING'}}}");
        Thing after = read("{'propertyDefinitions':{'retyped':{'baseType':'NUMBER'},"
                + "'kept':{'baseType':'STRING','description':'other'},'new':{'baseType':'STRING'}}}");

        assertThat(before.propertiesDroppedBy(after)).containsExactlyInAnyOrder("gone", "retyped");
        assertThat(before.propertiesDroppedBy(before)).isEmpty();
    }

    private static Thing read(String entity) throws Exception {
        return ThingJson.fromEntity(Json.read(entity.replace('\'', '"')), PRESENT);
    }
}
