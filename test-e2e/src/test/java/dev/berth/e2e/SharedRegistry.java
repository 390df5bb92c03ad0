package dev.berth.e2e;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Comparator;
import java.util.concurrent.TimeoutException;
import org.junit.jupiter.api.extension.ExtensionContext;
import org.junit.jupiter.api.extension.ParameterContext;
import org.junit.jupiter.api.extension.ParameterResolutionException;
import org.junit.jupiter.api.extension.ParameterResolver;

/** Gives tests one registry, filled once in a run with the stand-in images. */
public final class SharedRegistry implements ParameterResolver {
    private static final ExtensionContext.Namespace NAMESPACE = ExtensionContext.Namespace.create(SharedRegistry.class);

    /** The registry and the folder that is deleted after it. */
    private record Held(Registry registry, Path folder) implements AutoCloseable {
        static Held start() {
            try {
                var folder = Files.createTempDirectory("berth-registry");
                var registry = Registry.start(folder);
                registry.fill("basic", "critest");
                return new Held(registry, folder);
            } catch (IOException | InterruptedException | TimeoutException failed) {
                throw new ParameterResolutionException("the registry did not start", failed);
            }
        }

        @Override
        public void close() throws IOException {
            registry.close();
            try (var files = Files.walk(folder)) {
                files.sorted(Comparator.reverseOrder()).forEach(Held::delete);
            }
        }

        private static void delete(Path file) {
            try {
                Files.delete(file);
            } catch (IOException failed) {
                throw new UncheckedIOException(failed);
            }
        }
    }

    @Override
    public boolean supportsParameter(ParameterContext parameter, ExtensionContext context) {
        return parameter.getParameter().getType() == Registry.class;
    }

    @Override
    public Object resolveParameter(ParameterContext parameter, ExtensionContext context) {
        var store = context.getRoot().getStore(NAMESPACE);
        return store.computeIfAbsent(Held.class, key -> Held.start(), Held.class)
                .registry();
    }
}
