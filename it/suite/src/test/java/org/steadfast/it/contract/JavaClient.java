package org.steadfast.it.contract;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublisher;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/** The JDK's client, which keeps its connections. */
public final class JavaClient implements HttpUser {
    private static final String BOUNDARY = "boundary-of-the-contract-test";

    private final HttpClient client =
            HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).build();
    private final String base;

    /** @param base what addresses begin with */
    public JavaClient(String base) {
        this.base = base;
    }

    @Override
    public Heard send(Call call) throws IOException, InterruptedException {
        HttpRequest.Builder request =
                HttpRequest.newBuilder(URI.create(base + call.address())).timeout(Duration.ofSeconds(30));
        call.headers().forEach(request::header);
        if (call.upload().isPresent()) {
            request.header("Content-Type", "multipart/form-data; boundary=" + BOUNDARY);
        }
        HttpResponse<byte[]> response =
                client.send(request.method(call.method(), body(call)).build(), HttpResponse.BodyHandlers.ofByteArray());
        Map<String, List<String>> headers = new HashMap<>();
        response.headers().map().forEach((name, values) -> headers.put(name.toLowerCase(Locale.ROOT), values));
        return new Heard(response.statusCode(), headers, response.body());
    }

    private static BodyPublisher body(Call call) throws IOException {
        if (call.upload().isPresent()) {
            return BodyPublishers.ofByteArray(form(call.upload().get()));
        }
        return call.body().map(BodyPublishers::ofString).orElseGet(BodyPublishers::noBody);
    }

    private static byte[] form(Call.Upload upload) throws IOException {
        ByteArrayOutputStream form = new ByteArrayOutputStream();
        for (Map.Entry<String, String> text : upload.texts().entrySet()) {
            String part = "--%s\r\nContent-Disposition: form-data; name=\"%s\"\r\n\r\n%s\r\n"
                    .formatted(BOUNDARY, text.getKey(), text.getValue());
            form.write(part.getBytes(StandardCharsets.UTF_8));
        }
        String head =
                "--" + BOUNDARY + "\r\nContent-Disposition: form-data; name=\"" + upload.part() + "\"; filename=\""
                        + upload.file().getFileName() + "\"\r\nContent-Type: application/octet-stream\r\n\r\n";
        form.write(head.getBytes(StandardCharsets.UTF_8));
        form.write(Files.readAllBytes(upload.file()));
        form.write(("\r\n--" + BOUNDARY + "--\r\n").getBytes(StandardCharsets.UTF_8));
        return form.toByteArray();
    }

    @Override
    public String toString() {
        return "JDK client";
    }
}
