package dev.berth.image.registry.tls;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.berth.image.MisbehavingRegistry;
import dev.berth.image.TestImage;
import dev.berth.image.TestImage.Layer;
import dev.berth.image.TestProxy;
import dev.berth.image.TestStore;
import dev.berth.image.TestTar;
import dev.berth.image.credential.AuthFiles;
import dev.berth.image.oci.Digest;
import dev.berth.image.pull.PullException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Registries behind TLS with a private authority and client certificates, and behind proxies. */
final class SecureRegistryTest {
    private static final byte[] ARCHIVE = new TestTar().file("file", "content").bytes();

    @TempDir
    static Path keys;

    private static TestAuthority authority;

    @TempDir
    Path directory;

    private final TestImage image = TestImage.of(Layer.plain(ARCHIVE));
    private final List<AutoCloseable> open = new ArrayList<>();

    @BeforeAll
    static void makeKeys() throws IOException, InterruptedException {
        authority = new TestAuthority(keys);
        authority.sign("client", "keyUsage=digitalSignature");
        authority.openssl("rsa", "-traditional", "-in", "client.key", "-out", "client-pkcs1.key");
        authority.openssl(
                "rsa", "-aes128", "-passout", "pass:password", "-in", "client.key", "-out", "client-secret.key");
        authority.signCurve("curve");
        authority.openssl("pkcs8", "-topk8", "-nocrypt", "-in", "curve.key", "-out", "curve-pkcs8.key");
        Files.writeString(
                keys.resolve("both.pem"),
                Files.readString(keys.resolve("client.pem")) + Files.readString(keys.resolve("client.key")));
    }

    @AfterEach
    void close() throws Exception {
        for (var resource : open.reversed()) {
            resource.close();
        }
    }

    private MisbehavingRegistry registry(boolean clientsProveThemselves) throws IOException, GeneralSecurityException {
        var registry = MisbehavingRegistry.serving(image, authority.server(clientsProveThemselves));
        open.add(registry);
        return registry;
    }

    private TestStore store(Map<String, String> environment) throws IOException {
        var store = TestStore.open(directory, AuthFiles.NONE, environment);
        open.add(store);
        return store;
    }

    private TestStore store(MisbehavingRegistry registry, String settings) throws IOException {
        TestStore.hosts(directory, registry.host(), "server = \"https://" + registry.host() + "\"\n" + settings + "\n");
        return store(Map.of());
    }

    private static String quoted(String file) {
        return "\"" + keys.resolve(file) + "\"";
    }

    private String trusting() {
        return "ca = " + quoted("ca.pem") + "\n";
    }

    @Test
    void aPrivateAuthorityIsTrustedWhereItIsNamed() throws Exception {
        var registry = registry(false);
        var store = store(registry, trusting());
        assertEquals(
                image.config.toString(), store.pull(registry.host() + "/app").id());
    }

    @Test
    void anUnknownAuthorityIsRefused() throws Exception {
        var registry = registry(false);
        var message = store(registry, "").refusal(PullException.Unreachable.class, registry.host() + "/app");
        assertTrue(message.contains(registry.host()) && message.contains("certif"), message);
    }

    @Test
    void verificationCanBeTurnedOff() throws Exception {
        var registry = registry(false);
        assertEquals(
                image.config.toString(),
                store(registry, "skip_verify = true")
                        .pull(registry.host() + "/app")
                        .id());
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "[\"client.pem\", \"client.key\"]",
                "[\"client.pem\", \"client-pkcs1.key\"]",
                "[\"curve.pem\", \"curve.key\"]",
                "[\"curve.pem\", \"curve-pkcs8.key\"]",
                "\"both.pem\""
            })
    void aClientCertificateMayHaveAKeyOfAnyForm(String client) throws Exception {
        var registry = registry(true);
        var settings = trusting() + "client = ["
                + client.replace("\"", "").replaceAll("([a-z0-9-]+\\.(pem|key))", "\"" + keys + "/$1\"") + "]";
        assertEquals(
                image.config.toString(),
                store(registry, settings).pull(registry.host() + "/app").id());
    }

    @Test
    void withoutAClientCertificateSuchARegistryRefuses() throws Exception {
        var registry = registry(true);
        store(registry, trusting()).refusal(PullException.Unreachable.class, registry.host() + "/app");
    }

    @ParameterizedTest
    @ValueSource(strings = {"client-secret.key", "client.pem", "missing.key"})
    void aKeyThatCannotBeUsedIsNamed(String key) throws Exception {
        var registry = registry(true);
        var settings = trusting() + "client = [[" + quoted("client.pem") + ", " + quoted(key) + "]]";
        var message = store(registry, settings).refusal(PullException.Unreachable.class, registry.host() + "/app");
        assertTrue(message.contains(keys.resolve(key).toString()), message);
    }

    /** CVE-2020-15157, for the other kind of credentials. */
    @Test
    void cve_2020_15157_aClientCertificateStaysWithItsHost() throws Exception {
        var registry = registry(true);
        var elsewhere = registry(true);
        registry.on("/v2/app/blobs/" + Digest.of(ARCHIVE), exchange -> {
            exchange.getResponseHeaders().set("Location", "https://" + elsewhere.host() + "/blob");
            exchange.sendResponseHeaders(307, -1);
        });
        var settings = trusting() + "client = [[" + quoted("client.pem") + ", " + quoted("client.key") + "]]";
        var store = store(registry, settings);
        assertThrows(PullException.Unreachable.class, () -> store.pull(registry.host() + "/app"));
        assertEquals(List.of(), elsewhere.requests);
    }

    @Test
    void aRedirectFromHttpsToHttpIsNotFollowed() throws Exception {
        var registry = registry(false);
        registry.on("/v2/app/manifests/latest", exchange -> {
            exchange.getResponseHeaders().set("Location", "http://127.0.0.1:1/");
            exchange.sendResponseHeaders(302, -1);
        });
        var message = store(registry, trusting()).refusal(PullException.Unreachable.class, registry.host() + "/app");
        assertTrue(message.contains("http://127.0.0.1:1/"), message);
    }

    private TestProxy proxy(int target) throws IOException {
        var proxy = new TestProxy(target);
        open.add(proxy);
        return proxy;
    }

    @ParameterizedTest
    @ValueSource(strings = {"HTTPS_PROXY", "https_proxy"})
    void httpsGoesThroughATunnel(String variable) throws Exception {
        var proxy = proxy(registry(false).port());
        TestStore.hosts(
                directory, TestAuthority.SERVER, "server = \"https://" + TestAuthority.SERVER + "\"\n" + trusting());
        var store = store(Map.of(variable, "http://user:secret@127.0.0.1:" + proxy.port()));
        assertEquals(
                image.config.toString(),
                store.pull(TestAuthority.SERVER + "/app").id());
        assertEquals(
                "CONNECT registry.test:443 HTTP/1.1 Proxy-Authorization: Basic dXNlcjpzZWNyZXQ=",
                proxy.seen.getFirst());
        var asked = store.consulted().toString();
        assertTrue(asked.contains("proxy 127.0.0.1:" + proxy.port() + " (" + variable + ")"), asked);
        assertTrue(!asked.contains("secret"), asked);
    }

    @ParameterizedTest
    @ValueSource(strings = {"HTTP_PROXY", "http_proxy"})
    void httpGoesThroughAPlainProxy(String variable) throws Exception {
        var registry = MisbehavingRegistry.serving(image);
        open.add(registry);
        var proxy = proxy(registry.port());
        TestStore.hosts(directory, TestAuthority.SERVER, "server = \"http://" + TestAuthority.SERVER + "\"\n");
        var store = store(Map.of(variable, "127.0.0.1:" + proxy.port(), "HTTPS_PROXY", "http://127.0.0.1:1"));
        assertEquals(
                image.config.toString(),
                store.pull(TestAuthority.SERVER + "/app").id());
        assertEquals("GET http://registry.test/v2/app/manifests/latest HTTP/1.1", proxy.seen.getFirst());
    }

    @Test
    void noProxyIsUsedWhereNoneIsWanted() throws Exception {
        var registry = registry(false);
        var proxy = proxy(registry.port());
        TestStore.hosts(
                directory, TestAuthority.SERVER, "server = \"https://" + TestAuthority.SERVER + "\"\n" + trusting());
        var store = store(Map.of("HTTPS_PROXY", "http://127.0.0.1:" + proxy.port(), "no_proxy", "other, .test"));
        store.refusal(PullException.Unreachable.class, TestAuthority.SERVER + "/app");
        assertEquals(List.of(), proxy.seen);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {"https://secret@127.0.0.1:1", "socks5://secret@127.0.0.1:1", "http://secret@", "http:// secret"})
    void aProxyThatCannotBeUsedIsAnErrorWithoutItsPassword(String proxy) throws Exception {
        var message = store(Map.of("HTTPS_PROXY", proxy)).refusal(PullException.Unreachable.class, "registry.test/app");
        assertTrue(message.contains("HTTPS_PROXY") && !message.contains("secret"), message);
    }
}
