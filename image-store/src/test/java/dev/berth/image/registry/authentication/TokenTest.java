package dev.berth.image.registry.authentication;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.sun.net.httpserver.HttpExchange;
import dev.berth.image.MisbehavingRegistry;
import dev.berth.image.TestImage;
import dev.berth.image.TestImage.Layer;
import dev.berth.image.TestStore;
import dev.berth.image.TestTar;
import dev.berth.image.credential.Credentials;
import dev.berth.image.oci.Digest;
import dev.berth.image.pull.PullException;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A registry that wants bearer tokens from a token service. */
final class TokenTest {
    private final TestImage image =
            TestImage.of(Layer.plain(new TestTar().file("file", "content").bytes()));
    private final AtomicInteger number = new AtomicInteger();
    /** Method, query or form, and Authorization header of each request for a token. */
    private final List<String> asked = new CopyOnWriteArrayList<>();

    private volatile String accepted = "";
    private volatile int life = 300;

    @TempDir
    Path directory;

    private MisbehavingRegistry registry;
    private TestStore store;

    @BeforeEach
    void open() throws IOException {
        registry = MisbehavingRegistry.serving(image);
        registry.on("/token", this::token);
        registry.on("/v2/app/manifests/latest", this::manifest);
        store = TestStore.open(directory);
    }

    @AfterEach
    void close() throws IOException {
        registry.close();
        store.close();
    }

    private void token(HttpExchange exchange) throws IOException {
        var body = new String(exchange.getRequestBody().readAllBytes(), StandardCharsets.UTF_8);
        asked.add(exchange.getRequestMethod() + " " + exchange.getRequestURI().getQuery() + " " + body + " "
                + exchange.getRequestHeaders().getFirst("Authorization"));
        accepted = "t" + number.incrementAndGet();
        var answer = "{\"access_token\":\"" + accepted + "\",\"expires_in\":" + life + "}";
        MisbehavingRegistry.answer(exchange, 200, "application/json", answer.getBytes(StandardCharsets.UTF_8));
    }

    private void manifest(HttpExchange exchange) throws IOException {
        if (("Bearer " + accepted).equals(exchange.getRequestHeaders().getFirst("Authorization"))) {
            exchange.getResponseHeaders()
                    .set("Docker-Content-Digest", Digest.of(image.manifest).toString());
            MisbehavingRegistry.answer(exchange, 200, TestImage.MANIFEST_TYPE, image.manifest);
            return;
        }
        exchange.getResponseHeaders()
                .set("WWW-Authenticate", "Bearer realm=\"http://" + registry.host() + "/token\",service=\"here\"");
        MisbehavingRegistry.answer(exchange, 401, "text/plain", new byte[] {'x'});
    }

    private String name() {
        return registry.host() + "/app";
    }

    @Test
    void aTokenServesTheNextPullToo() throws Exception {
        store.pull(name());
        registry.requests.clear();
        store.pull(name());
        assertEquals(List.of("HEAD /v2/app/manifests/latest"), registry.requests);
        assertEquals(List.of("GET service=here&scope=repository:app:pull  null"), asked);
    }

    @Test
    void aTokenIsNotShownAfterItsEnd() throws Exception {
        life = 1;
        store.pull(name());
        store.pull(name());
        assertEquals(2, asked.size());
    }

    @Test
    void aTokenThatIsNoLongerTakenIsReplaced() throws Exception {
        store.pull(name());
        accepted = "another";
        store.pull(name());
        assertEquals(2, asked.size());
    }

    @Test
    void aTokenIsOnlyForWhomItWasGivenTo() throws Exception {
        store.pull(name(), new Credentials.Password("a", "b"));
        store.pull(name());
        store.pull(name(), new Credentials.Password("a", "c"));
        assertEquals(
                List.of(
                        "GET service=here&scope=repository:app:pull  Basic YTpi",
                        "GET service=here&scope=repository:app:pull  null",
                        "GET service=here&scope=repository:app:pull  Basic YTpj"),
                asked);
    }

    @Test
    void anIdentityTokenIsExchangedByAForm() throws Exception {
        store.pull(name(), new Credentials.IdentityToken("re fresh"));
        assertEquals(
                List.of("POST null grant_type=refresh_token&client_id=berth&refresh_token=re+fresh"
                        + "&service=here&scope=repository%3Aapp%3Apull null"),
                asked);
    }

    @Test
    void aRegistryTokenIsShownAsItIs() throws Exception {
        accepted = "mine";
        store.pull(name(), new Credentials.RegistryToken("mine"));
        assertEquals(List.of(), asked);
    }

    @Test
    void aTokenServiceThatRefusesIsNamed() throws Exception {
        registry.on("/token", exchange -> MisbehavingRegistry.answer(exchange, 404, "text/plain", new byte[] {'x'}));
        var failure = assertThrows(PullException.Unauthorized.class, () -> store.pull(name()));
        var message = String.valueOf(failure.getMessage());
        assertTrue(message.contains("token service http://" + registry.host() + "/token: status 404"), message);
    }

    @Test
    void aTokenServiceThatGivesNothingIsNamed() throws Exception {
        registry.document("/token", "application/json", "{\"token\":\"a\\nb\"}".getBytes(StandardCharsets.UTF_8));
        assertThrows(PullException.Unauthorized.class, () -> store.pull(name()));
    }
}
