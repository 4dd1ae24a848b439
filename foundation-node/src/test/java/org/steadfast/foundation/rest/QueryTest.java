package org.steadfast.foundation.rest;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.Map;
import org.junit.jupiter.api.Test;

class QueryTest {

    @Test
    void findsTheFirstOfAName() throws Exception {
        assertThat(Query.find("a=1&b=2&a=3", "a")).contains("1");
        assertThat(Query.find("a=1&b=2&a=3", "b")).contains("2");
        assertThat(Query.find("a=1", "c")).isEmpty();
        assertThat(Query.find("a=1", "A")).isEmpty();
        assertThat(Query.find(null, "a")).isEmpty();
    }

    @Test
    void decodes() throws Exception {
        assertThat(Query.find("name%4Dask=a+b%2Bc%26%C3%A4%3D", "nameMask")).contains("a b+c&\u00e4=");
    }

    @Test
    void takesOddQueries() throws Exception {
        assertThat(Query.find("&&=x&a&a=&b==1", "a")).contains("");
        assertThat(Query.find("&&=x&a&a=&b==1", "b")).contains("=1");
        assertThat(Query.find("", "")).isEmpty();
    }

    @Test
    void refusesWhatIsNotWellFormed() {
        assertThatThrownBy(() -> Query.find("a=%zz", "a"))
                .hasMessageContaining("query")
                .isInstanceOfSatisfying(
                        RestException.class, e -> assertThat(e.status()).isEqualTo(400));
    }

    @Test
    void listsAllParametersByTheirNames() throws Exception {
        assertThat(Query.all("a=1&b%20c=x%26y&a=2&flag&=no&d="))
                .containsExactlyInAnyOrderEntriesOf(Map.of("a", "1", "b c", "x&y", "d", ""));
        assertThat(Query.all(null)).isEmpty();
        assertThatThrownBy(() -> Query.all("a=%zz")).hasMessageContaining("not well formed");
    }
}
