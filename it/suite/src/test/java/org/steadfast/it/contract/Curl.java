package org.steadfast.it.contract;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/**
 * The program curl, a process for each request. It asks for compressed answers and whether it may send a body before it does.
 * Used by one thread.
 */
public final class Curl implements HttpUser {
    private final String base;
    private final Path folder;

    /**
     * @param base what addresses begin with
     * @param folder for its files
     */
    public Curl(String base, Path folder) {
        this.base = base;
        this.folder = folder;
    }

    @Override
    public Heard send(Call call) throws IOException, InterruptedException {
        Path headers = folder.resolve("curl.headers");
        Path body = folder.resolve("curl.body");
        Files.deleteIfExists(body);
        List<String> command = new ArrayList<>(List.of("curl", "-sS", "--globoff", "--compressed", "--max-time", "30"));
        command.addAll(List.of("-D", headers.toString(), "-o", body.toString(), "-X", call.method()));
        call.headers().forEach((name, value) -> command.addAll(List.of("-H", name + ": " + value)));
        if (call.body().isPresent()) {
            Path sent =
                    Files.writeString(folder.resolve("curl.sent"), call.body().get());
            command.addAll(List.of("-H", "Expect: 100-continue", "--data-binary", "@" + sent));
        }
        call.upload().ifPresent(upload -> {
            upload.texts().forEach((name, text) -> command.addAll(List.of("--form-string", name + "=" + text)));
            command.addAll(List.of("-H", "Expect: 100-continue", "-F", upload.part() + "=@" + upload.file()));
        });
        command.add(base + call.address());
        Process curl = new ProcessBuilder(command).redirectErrorStream(true).start();
        String complaint = new String(curl.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        if (curl.waitFor() != 0) {
            throw new IOException(call + ": " + complaint);
        }
        return heard(Files.readString(headers), Files.exists(body) ? Files.readAllBytes(body) : new byte[0]);
    }

    /** @param blocks of headers, of which the last is that of the answer; before it comes that it may be sent */
    private static Heard heard(String blocks, byte[] body) {
        String[] all = blocks.strip().split("\r\n\r\n", -1);
        String[] lines = all[all.length - 1].split("\r\n", -1);
        Map<String, List<String>> headers = new HashMap<>();
        for (int i = 1; i < lines.length; i++) {
            int colon = lines[i].indexOf(':');
            headers.computeIfAbsent(lines[i].substring(0, colon).toLowerCase(Locale.ROOT), name -> new ArrayList<>())
                    .add(lines[i].substring(colon + 1).strip());
        }
        return new Heard(Integer.parseInt(lines[0].split(" ", -1)[1]), headers, body);
    }

    @Override
    public String toString() {
        return "curl";
    }
}
