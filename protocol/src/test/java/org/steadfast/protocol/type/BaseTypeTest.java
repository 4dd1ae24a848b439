package org.steadfast.protocol.type;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;

class BaseTypeTest {

    @ParameterizedTest
    @CsvSource({
        "-1,NOTHING",
        "0,STRING",
        "1,NUMBER",
        "2,BOOLEAN",
        "3,DATETIME",
        "4,TIMESPAN",
        "5,INFOTABLE",
        "6,LOCATION",
        "7,XML",
        "8,JSON",
        "9,QUERY",
        "10,IMAGE",
        "11,HYPERLINK",
        "12,IMAGELINK",
        "13,PASSWORD",
        "14,HTML",
        "15,TEXT",
        "16,TAGS",
        "17,SCHEDULE",
        "18,VARIANT",
        "20,GUID",
        "21,BLOB",
        "22,INTEGER",
        "23,LONG",
        "50,PROPERTYNAME",
        "51,SERVICENAME",
        "52,EVENTNAME",
        "100,THINGNAME",
        "101,THINGSHAPENAME",
        "102,THINGTEMPLATENAME",
        "104,DATASHAPENAME",
        "105,MASHUPNAME",
        "106,MENUNAME",
        "107,BASETYPENAME",
        "108,USERNAME",
        "109,GROUPNAME",
        "110,CATEGORYNAME",
        "111,STATEDEFINITIONNAME",
        "112,STYLEDEFINITIONNAME",
        "113,MODELTAGVOCABULARYNAME",
        "114,DATATAGVOCABULARYNAME",
        "115,NETWORKNAME",
        "116,MEDIAENTITYNAME",
        "117,APPLICATIONKEYNAME",
        "118,LOCALIZATIONTABLENAME",
        "119,ORGANIZATIONNAME",
        "120,DASHBOARDNAME",
        "121,PERSISTENCEPROVIDERPACKAGENAME",
        "122,PERSISTENCEPROVIDERNAME",
        "123,PROJECTNAME",
        "124,VEC2",
        "125,VEC3",
        "126,VEC4",
        "127,THINGCODE",
        "-128,NOTIFICATIONCONTENTNAME",
        "-127,NOTIFICATIONDEFINITIONNAME"
    })
    void eachCodeOfADeviceStandsForItsBaseType(byte code, BaseType type) {
        assertThat(type.code()).isEqualTo(code);
        assertThat(BaseType.ofCode(code)).contains(type);
    }

    @ParameterizedTest
    @EnumSource(BaseType.class)
    void namesAreFoundInAnyCase(BaseType type) {
        assertThat(BaseType.ofName(type.name())).contains(type);
        assertThat(BaseType.ofName(type.name().toLowerCase(java.util.Locale.ROOT)))
                .contains(type);
    }

    @Test
    void unknownCodesAndNamesAreNoBaseTypes() {
        assertThat(BaseType.ofCode((byte) 19)).isEmpty();
        assertThat(BaseType.ofCode((byte) 103)).isEmpty();
        assertThat(BaseType.ofName("FLOAT")).isEmpty();
        assertThat(BaseType.values()).hasSize(56);
    }
}
