package org.steadfast.protocol.type;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

class InfotableTest {
    private static final FieldDefinition A = new FieldDefinition("a", BaseType.NUMBER);
    private static final FieldDefinition B = new FieldDefinition("b", BaseType.STRING);

    @Test
    void aCellThatIsNotThereIsNothing() {
        Infotable table = new Infotable(List.of(A, B), List.of(List.of(Value.number(1))));
        assertThat(table.first("a")).isEqualTo(Value.number(1));
        assertThat(table.first("b")).isEqualTo(Value.NOTHING);
        assertThat(table.first("c")).isEqualTo(Value.NOTHING);
        assertThat(new Infotable(List.of(A), List.of()).first("a")).isEqualTo(Value.NOTHING);
    }

    @Test
    void aTableDoesNotChangeWithTheListsItWasMadeOf() {
        List<Value> row = new ArrayList<>(List.of(Value.number(1)));
        Infotable table = new Infotable(List.of(A, B), List.of(row));
        row.set(0, Value.number(2));
        assertThat(table.first("a")).isEqualTo(Value.number(1));
        assertThatThrownBy(() -> table.rows().get(0).add(Value.NOTHING))
                .isInstanceOf(UnsupportedOperationException.class);
    }

    @Test
    void aRowLongerThanTheFieldsIsRefused() {
        assertThatThrownBy(() -> new Infotable(List.of(), List.of(List.of(Value.NOTHING))))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessage("a row has 1 cells for 0 fields");
    }

    @Test
    void rowsThatAreBuiltAreFilledUpToAllFields() {
        Infotable table = new Infotable.Builder(A, B).row(Value.number(1)).row().build();
        assertThat(table.rows())
                .containsExactly(List.of(Value.number(1), Value.NOTHING), List.of(Value.NOTHING, Value.NOTHING));
    }
}
