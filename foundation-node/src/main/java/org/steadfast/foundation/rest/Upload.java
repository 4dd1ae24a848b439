package org.steadfast.foundation.rest;

import jakarta.servlet.http.Part;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * The parts of an upload: texts, and files that are on the disk until this is closed. Used by one thread.
 *
 * @param files at least one
 */
record Upload(Map<String, String> texts, List<Part> files) implements AutoCloseable {
    /** Texts are names and paths. */
    private static final int MOST_TEXT_BYTES = 8 << 10;

    /** @throws RestException 400 if there is no file in it, or a text that is too long for one */
    static Upload of(Iterable<Part> parts) throws IOException, RestException {
        Map<String, String> texts = new LinkedHashMap<>();
        List<Part> files = new ArrayList<>();
        for (Part part : parts) {
            if (part.getSubmittedFileName() != null) {
                files.add(part);
            } else if (part.getSize() > MOST_TEXT_BYTES) {
                throw new RestException(400, "part " + part.getName() + " of the upload is neither a file nor short");
            } else {
                try (InputStream content = part.getInputStream()) {
                    texts.put(part.getName(), new String(content.readAllBytes(), StandardCharsets.UTF_8));
                }
            }
        }
        if (files.isEmpty()) {
            throw new RestException(400, "the upload has no part that is a file");
        }
        return new Upload(texts, files);
    }

    Optional<String> text(String name) {
        return Optional.ofNullable(texts.get(name));
    }

    /** Removes the files. */
    void discard() throws RestException {
        for (Part file : files) {
            try {
                file.delete();
            } catch (IOException e) {
                throw new RestException(503, "the upload cannot be removed from the node's disk: " + e, e);
            }
        }
    }

    @Override
    public void close() throws RestException {
        discard();
    }
}
