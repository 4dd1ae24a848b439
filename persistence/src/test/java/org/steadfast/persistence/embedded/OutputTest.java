package org.steadfast.persistence.embedded;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.steadfast.persistence.files.FolderTree;

/** What becomes of the server's output. */
class OutputTest {
    private static final Duration LIMIT = Duration.ofSeconds(10);

    @Test
    void fillsOneFileAfterTheOtherAndKeepsTwo(@TempDir Path folder) throws Exception {
        ServerLog log = new ServerLog(folder.resolve("postgres.log"), 10);

        for (String text : new String[] {"first", "1st..", "second", "third.", "fourth"}) {
            byte[] bytes = (text + "ignored").getBytes(StandardCharsets.UTF_8);
            log.write(bytes, text.length());
        }

        assertThat(folder.resolve("postgres.log")).hasContent("fourth");
        assertThat(folder.resolve("postgres.log.1")).hasContent("third.");
        assertThat(FolderTree.children(folder, "")).hasSize(2);
    }

    @Test
    void isReadToTheEndEvenIfItCannotBeKept() throws Exception {
        String text = "line\n".repeat(100_000) + "last but one\nlast\n";
        ByteArrayInputStream in = new ByteArrayInputStream(text.getBytes(StandardCharsets.UTF_8));

        OutputPump pump = OutputPump.start(
                in,
                (bytes, count) -> {
                    throw new IOException("no space left on device");
                },
                "test");
        pump.awaitEnd(LIMIT);

        assertThat(in.available()).isZero();
        assertThat(pump.lastLines(2)).isEqualTo("last but one | last");
        assertThat(pump.tail()).hasSizeLessThan(20_000);
    }
}
