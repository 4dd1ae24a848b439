package org.steadfast.foundation.repository;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class RepositoryPathTest {
    @ParameterizedTest
    @CsvSource({
        "/a/b.txt, /a/b.txt",
        "a/b.txt, /a/b.txt",
        "//a///b.txt/, /a/b.txt",
        "/, /",
        "a b/ä ö/日本.json, /a b/ä ö/日本.json",
        ".hidden, /.hidden",
        "..a/a..b, /..a/a..b",
        "a%2F..%2Fb, /a%2F..%2Fb",
        "console.txt, /console.txt"
    })
    void means(String text, String path) throws Exception {
        assertThat(RepositoryPath.parse(text)).hasToString(path);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "..",
                "../x",
                "/../x",
                "a/../../x",
                "a/..",
                ".",
                "a/./b",
                "...",
                "a./b",
                "a /b",
                " a",
                "\\x",
                "..\\x",
                "\\\\server\\share\\x",
                "C:\\x",
                "C:/x",
                "c:x",
                "file.txt::$DATA",
                "a\u0000b",
                "a\nb",
                "a\u007fb",
                "a\ud800b",
                "CON",
                "nul.txt",
                "a/Com1",
                "a*",
                "what?",
                "<x>",
                "x|y",
                "\"x\""
            })
    void attacksAreRefused(String text) {
        RepositoryException refused = catchThrowableOfType(RepositoryException.class, () -> RepositoryPath.parse(text));
        assertThat(refused).as(text).isNotNull();
        assertThat(refused.kind()).isEqualTo(RepositoryException.Kind.INVALID);
    }

    @Test
    void namesAndPathsThatAreTooLongAreRefused() {
        assertThat(catchThrowableOfType(RepositoryException.class, () -> RepositoryPath.parse("ä".repeat(128))))
                .hasMessageContaining("255 bytes");
        assertThat(catchThrowableOfType(RepositoryException.class, () -> RepositoryPath.parse("a/".repeat(65))))
                .hasMessageContaining("64 names");
    }
}
