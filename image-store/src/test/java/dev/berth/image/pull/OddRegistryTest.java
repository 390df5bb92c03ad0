package dev.berth.image.pull;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpHandler;
import dev.berth.image.MisbehavingRegistry;
import dev.berth.image.TestImage;
import dev.berth.image.TestImage.Layer;
import dev.berth.image.TestStore;
import dev.berth.image.TestTar;
import dev.berth.image.credential.Credentials;
import dev.berth.image.oci.Digest;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Random;
import java.util.Set;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.regex.Pattern;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Registries that are odd and mean no harm: the image comes. */
final class OddRegistryTest {
    private static final byte[] NOISE = noise(100_000);
    private static final byte[] ARCHIVE =
            new TestTar().file("noise", NOISE, 0644, 0, 0, Map.of()).bytes();
    private static final String MANIFEST = "/v2/app/manifests/latest";
    private static final String BLOB = "/v2/app/blobs/" + Digest.of(ARCHIVE);
    private static final String BYTES = "application/octet-stream";

    private final TestImage image = TestImage.of(Layer.plain(ARCHIVE));

    @TempDir
    Path directory;

    private MisbehavingRegistry registry;
    private MisbehavingRegistry elsewhere;
    private TestStore store;

    @BeforeEach
    void open() throws IOException {
        registry = MisbehavingRegistry.serving(image);
        elsewhere = MisbehavingRegistry.empty();
        store = TestStore.open(directory);
    }

    @AfterEach
    void close() throws IOException {
        registry.close();
        elsewhere.close();
        store.close();
    }

    private static byte[] noise(int length) {
        var bytes = new byte[length];
        new Random(3).nextBytes(bytes);
        return bytes;
    }

    private void pulls() throws Exception {
        pulls(store.pull(registry.host() + "/app").layers().getFirst(), NOISE);
    }

    private static void pulls(Path layer, byte[] content) throws IOException {
        assertArrayEquals(content, Files.readAllBytes(layer.resolve("noise")));
    }

    private static boolean isRange(HttpExchange exchange) {
        return exchange.getRequestHeaders().getFirst("Range") != null;
    }

    private static void redirect(MisbehavingRegistry from, String path, String location) {
        from.on(path, exchange -> {
            exchange.getResponseHeaders().set("Location", location);
            exchange.sendResponseHeaders(307, -1);
        });
    }

    @Test
    void aChainOfTenRedirectsIsFollowed() throws Exception {
        redirect(registry, MANIFEST, "http://" + elsewhere.host() + "/1");
        for (var step = 1; step < 10; step++) {
            redirect(elsewhere, "/" + step, "/" + (step + 1));
        }
        elsewhere.document("/10", TestImage.MANIFEST_TYPE, image.manifest);
        pulls();
    }

    /** CVE-2020-15157: it gets a token that anybody gets, and nothing of the first host. */
    @ParameterizedTest
    @ValueSource(booleans = {true, false})
    void whereARedirectLeadsMayWantATokenOfItsOwn(boolean blob) throws Exception {
        var path = blob ? BLOB : MANIFEST;
        redirect(registry, path, "http://" + elsewhere.host() + "/content");
        var content = blob ? ARCHIVE : image.manifest;
        elsewhere.on("/content", exchange -> {
            if ("Bearer abc".equals(exchange.getRequestHeaders().getFirst("Authorization"))) {
                MisbehavingRegistry.answer(exchange, 200, blob ? BYTES : "", content);
                return;
            }
            exchange.getResponseHeaders()
                    .set("WWW-Authenticate", "Bearer realm=\"http://" + elsewhere.host() + "/token\",service=\"x\"");
            exchange.sendResponseHeaders(401, -1);
        });
        elsewhere.document("/token", "application/json", TestImage.json(Map.of("token", "abc")));
        var pulled = store.pull(registry.host() + "/app", new Credentials.Password("user", "password"));
        pulls(pulled.layers().getFirst(), NOISE);
        assertEquals(Set.of("", "Bearer abc"), Set.copyOf(elsewhere.seen("Authorization")));
        assertTrue(registry.seen("Authorization").stream().noneMatch(value -> value.contains("abc")));
    }

    private HttpHandler compressed(String type, byte[] content) {
        return exchange -> {
            exchange.getResponseHeaders().set("Content-Encoding", "gzip");
            MisbehavingRegistry.answer(exchange, 200, type, TestImage.gzipped(content));
        };
    }

    @Test
    void contentThatIsCompressedUnaskedIsDecoded() throws Exception {
        registry.on(MANIFEST, compressed(TestImage.MANIFEST_TYPE, image.manifest));
        image.blobs.forEach((digest, bytes) -> registry.on("/v2/app/blobs/" + digest, compressed(BYTES, bytes)));
        pulls();
        assertEquals(Set.of("identity"), Set.copyOf(registry.seen("Accept-Encoding")));
    }

    @ParameterizedTest
    @ValueSource(ints = {404, 200})
    void whatACompressedAnswerGrowsToIsBounded(int status) throws Exception {
        registry.on(MANIFEST, exchange -> {
            exchange.getResponseHeaders().set("Content-Encoding", "gzip");
            MisbehavingRegistry.answer(
                    exchange, status, TestImage.MANIFEST_TYPE, TestImage.gzipped(new byte[64 << 20]));
        });
        var message = store.refusal(PullException.class, registry.host() + "/app");
        assertTrue(message.contains(status == 404 ? "404" : "larger than 4194304"), message);
    }

    /** What hosts answer to a request for a range. */
    enum RangeAnswer {
        REFUSED {
            @Override
            void to(HttpExchange exchange, byte[] blob) throws IOException {
                exchange.sendResponseHeaders(416, -1);
            }
        },
        ANOTHER {
            @Override
            void to(HttpExchange exchange, byte[] blob) throws IOException {
                exchange.getResponseHeaders().set("Content-Range", "bytes 5-5/" + blob.length);
                MisbehavingRegistry.answer(exchange, 206, BYTES, Arrays.copyOfRange(blob, 5, 6));
            }
        },
        WHOLE {
            @Override
            void to(HttpExchange exchange, byte[] blob) throws IOException {
                MisbehavingRegistry.answer(exchange, 200, BYTES, blob);
            }
        },
        COMPRESSED {
            @Override
            void to(HttpExchange exchange, byte[] blob) throws IOException {
                exchange.getResponseHeaders().set("Content-Encoding", "gzip");
                exchange.getResponseHeaders().set("Content-Range", RangeAnswer.range(exchange, blob));
                MisbehavingRegistry.answer(exchange, 206, BYTES, TestImage.gzipped(blob));
            }
        };

        abstract void to(HttpExchange exchange, byte[] blob) throws IOException;

        private static String range(HttpExchange exchange, byte[] blob) {
            var asked = Objects.requireNonNull(exchange.getRequestHeaders().getFirst("Range"));
            var from = asked.replaceAll("bytes=([0-9]+)-.*", "$1");
            return "bytes " + from + "-" + (blob.length - 1) + "/" + blob.length;
        }
    }

    @ParameterizedTest
    @EnumSource
    void aBrokenDownloadBeginsAgainWhereTheRestCannotBeHad(RangeAnswer odd) throws Exception {
        var broken = new AtomicBoolean();
        registry.on(BLOB, exchange -> {
            if (isRange(exchange)) {
                odd.to(exchange, ARCHIVE);
            } else if (broken.getAndSet(true)) {
                MisbehavingRegistry.answer(exchange, 200, BYTES, ARCHIVE);
            } else {
                exchange.sendResponseHeaders(200, ARCHIVE.length);
                exchange.getResponseBody().write(ARCHIVE, 0, 50_000);
                exchange.getResponseBody().flush();
                throw new IOException("breaks on purpose");
            }
        });
        pulls();
    }

    @ParameterizedTest
    @EnumSource
    void aLargeBlobComesWhereRangesDoNot(RangeAnswer odd) throws Exception {
        large(odd, "bytes=");
    }

    @ParameterizedTest
    @EnumSource
    void aLargeBlobComesWhereRangesEnd(RangeAnswer odd) throws Exception {
        large(odd, "bytes=(?!0-).*");
    }

    private void large(RangeAnswer odd, String refused) throws Exception {
        var content = noise(Math.toIntExact(Parts.LARGE));
        var blob = new TestTar().file("noise", content, 0644, 0, 0, Map.of()).bytes();
        try (var serving = MisbehavingRegistry.serving(TestImage.of(Layer.plain(blob)))) {
            var ranges = new RangeServer(blob);
            serving.on("/v2/app/blobs/" + Digest.of(blob), exchange -> {
                if (isRange(exchange)
                        && Pattern.compile(refused)
                                .matcher(exchange.getRequestHeaders().getFirst("Range"))
                                .lookingAt()) {
                    odd.to(exchange, blob);
                } else {
                    ranges.handle(exchange);
                }
            });
            pulls(store.pull(serving.host() + "/app").layers().getFirst(), content);
        }
        assertEquals(
                List.of(),
                List.of(Objects.requireNonNull(
                        directory.resolve("store/parts").toFile().list())));
    }
}
