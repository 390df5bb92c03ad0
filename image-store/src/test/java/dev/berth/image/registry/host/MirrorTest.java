package dev.berth.image.registry.host;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.sun.net.httpserver.HttpExchange;
import dev.berth.image.MisbehavingRegistry;
import dev.berth.image.TestImage;
import dev.berth.image.TestImage.Layer;
import dev.berth.image.TestStore;
import dev.berth.image.TestTar;
import dev.berth.image.catalog.Image;
import dev.berth.image.credential.AuthFiles;
import dev.berth.image.credential.Credentials;
import dev.berth.image.pull.PullException;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Which host is asked when, and with whose credentials. */
final class MirrorTest {
    private static final String MANIFEST = "/v2/app/manifests/latest";
    private static final Credentials GIVEN = new Credentials.Password("given", "g");

    private final TestImage image =
            TestImage.of(Layer.plain(new TestTar().file("file", "content").bytes()));

    @TempDir
    Path directory;

    private MisbehavingRegistry upstream;
    private MisbehavingRegistry mirror;
    private TestStore store;

    @BeforeEach
    void open() throws IOException {
        upstream = MisbehavingRegistry.serving(image);
        mirror = MisbehavingRegistry.serving(image);
        TestStore.hosts(directory, upstream.host(), "[host.\"http://" + mirror.host() + "\"]\n");
        var auth = directory.resolve("auth.json");
        store = TestStore.open(directory, new AuthFiles(List.of(auth), List.of(), Duration.ofSeconds(1)), Map.of());
    }

    @AfterEach
    void close() throws IOException {
        upstream.close();
        mirror.close();
        store.close();
    }

    private Image pull() throws PullException, InterruptedException {
        return store.pull(upstream.host() + "/app");
    }

    private static void refuse(HttpExchange exchange, int status, String header, String value) throws IOException {
        exchange.getResponseHeaders().set(header, value);
        MisbehavingRegistry.answer(exchange, status, "text/plain", new byte[] {'x'});
    }

    private static String basic(String user) {
        return "Basic " + Base64.getEncoder().encodeToString(user.getBytes(StandardCharsets.UTF_8));
    }

    private static String auth(String host, String user) {
        return "{\"auths\":{\"" + host + "\":{\"auth\":\"" + basic(user).substring(6) + "\"}}}";
    }

    @Test
    void aBusyMirrorGivesWayAtOnce() throws Exception {
        mirror.on(MANIFEST, exchange -> refuse(exchange, 429, "Retry-After", "3600"));
        assertEquals(image.config.toString(), pull().id());
        assertEquals(1, mirror.requests.stream().filter(MANIFEST::equals).count());
    }

    @Test
    void aBusyMirrorIsAskedAgainWhenNoOtherHostHelps() throws Exception {
        var calls = mirror.requests;
        upstream.on(MANIFEST, exchange -> refuse(exchange, 404, "X", "x"));
        mirror.on(MANIFEST, exchange -> {
            if (calls.size() < 3) {
                refuse(exchange, 503, "Retry-After", "0");
            } else {
                MisbehavingRegistry.answer(exchange, 200, TestImage.MANIFEST_TYPE, image.manifest);
            }
        });
        assertEquals(image.config.toString(), pull().id());
        assertEquals(List.of(MANIFEST), upstream.requests);
    }

    @Test
    void theErrorNamesEachHostWithItsAnswerAndFile() throws Exception {
        mirror.on(MANIFEST, exchange -> MisbehavingRegistry.answer(exchange, 200, "text/html", new byte[] {'<'}));
        upstream.on(MANIFEST, exchange -> refuse(exchange, 403, "X", "x"));
        var message = store.refusal(PullException.Unauthorized.class, upstream.host() + "/app");
        var file = TestStore.certificates(directory).resolve(upstream.host()).resolve("hosts.toml");
        for (var part : List.of(
                mirror.host() + "/v2 (" + file + "): status 200, text/html",
                upstream.host() + "/v2 (" + file + "): status 403, text/plain")) {
            assertTrue(message.contains(part), message);
        }
    }

    @Test
    void aMirrorThatMayNotResolveIsAskedForContentOnly() throws Exception {
        TestStore.hosts(
                directory, upstream.host(), "[host.\"http://" + mirror.host() + "\"]\ncapabilities = [\"pull\"]\n");
        pull();
        assertEquals(List.of(MANIFEST), upstream.requests);
        assertEquals(2, mirror.requests.size());
    }

    @Test
    void whatTheCallerGaveIsForTheRegistryItself() throws Exception {
        Files.writeString(directory.resolve("auth.json"), auth(upstream.host(), "file:f"));
        mirror.on(MANIFEST, exchange -> refuse(exchange, 401, "WWW-Authenticate", "Basic realm=x"));
        upstream.on(MANIFEST, exchange -> {
            if (basic("given:g").equals(exchange.getRequestHeaders().getFirst("Authorization"))) {
                MisbehavingRegistry.answer(exchange, 200, TestImage.MANIFEST_TYPE, image.manifest);
            } else {
                refuse(exchange, 401, "WWW-Authenticate", "Basic realm=x");
            }
        });
        assertEquals(
                image.config.toString(),
                store.pull(upstream.host() + "/app", GIVEN).id());
        assertEquals(Set.of(""), Set.copyOf(mirror.seen("Authorization")));
        assertTrue(
                store.consulted()
                        .contains("credentials for " + upstream.host() + ": password of given (given with the pull)"),
                store.consulted().toString());
    }

    @Test
    void aMirrorGetsWhatTheFileHasForIt() throws Exception {
        Files.writeString(directory.resolve("auth.json"), auth(mirror.host() + "/app", "mirror:m"));
        mirror.on(MANIFEST, exchange -> {
            if (basic("mirror:m").equals(exchange.getRequestHeaders().getFirst("Authorization"))) {
                MisbehavingRegistry.answer(exchange, 200, TestImage.MANIFEST_TYPE, image.manifest);
            } else {
                refuse(exchange, 401, "WWW-Authenticate", "Basic realm=x");
            }
        });
        store.pull(upstream.host() + "/app", GIVEN);
        assertEquals(List.of(), upstream.requests);
    }

    @Test
    void aChangedFileCountsForTheNextPull() throws Exception {
        var file = directory.resolve("auth.json");
        upstream.on(MANIFEST, exchange -> {
            if (basic("new:n").equals(exchange.getRequestHeaders().getFirst("Authorization"))) {
                MisbehavingRegistry.answer(exchange, 200, TestImage.MANIFEST_TYPE, image.manifest);
            } else {
                refuse(exchange, 401, "WWW-Authenticate", "Basic realm=x");
            }
        });
        mirror.on(MANIFEST, exchange -> refuse(exchange, 404, "X", "x"));
        Files.writeString(file, auth(upstream.host(), "old:o"));
        assertThrows(PullException.Unauthorized.class, this::pull);
        Files.writeString(file, auth(upstream.host(), "new:n"));
        assertEquals(image.config.toString(), pull().id());
    }

    @Test
    void aHeaderOfTheFileGoesToItsHostAlone() throws Exception {
        TestStore.hosts(
                directory,
                upstream.host(),
                "[host.\"http://" + mirror.host() + "\"]\n[host.\"http://" + mirror.host() + "\".header]\n"
                        + "x-key = \"secret\"\n");
        mirror.on(MANIFEST, exchange -> refuse(exchange, 404, "X", "x"));
        pull();
        assertEquals("secret", mirror.seen("x-key").getFirst());
        assertEquals("", upstream.seen("x-key").getFirst());
    }

    @Test
    void aHeaderOrTokenThatCannotBeSentIsAnErrorWithoutIt() throws Exception {
        TestStore.hosts(directory, upstream.host(), "[header]\nconnection = \"secret\"\n");
        var name = upstream.host() + "/app";
        assertTrue(!store.refusal(PullException.Unreachable.class, name).contains("secret"));
        TestStore.hosts(directory, upstream.host(), "");
        var token = new Credentials.RegistryToken("secret\nX: y");
        var failure = assertThrows(PullException.Unreachable.class, () -> store.pull(name, token));
        assertTrue(!String.valueOf(failure.getMessage()).contains("secret"), failure.getMessage());
    }

    @Test
    void aDamagedFileIsNamed() throws Exception {
        Files.writeString(directory.resolve("auth.json"), "{");
        var message = store.refusal(PullException.Unauthorized.class, upstream.host() + "/app");
        assertTrue(message.contains(directory.resolve("auth.json").toString()), message);
    }
}
