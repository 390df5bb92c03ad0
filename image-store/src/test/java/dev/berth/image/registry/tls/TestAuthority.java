package dev.berth.image.registry.tls;

import com.sun.net.httpserver.HttpsConfigurator;
import com.sun.net.httpserver.HttpsParameters;
import com.sun.net.httpserver.HttpsServer;
import dev.berth.image.MisbehavingRegistry;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyStore;
import java.security.cert.CertificateFactory;
import java.util.ArrayList;
import java.util.List;
import javax.net.ssl.KeyManagerFactory;
import javax.net.ssl.SSLContext;
import javax.net.ssl.TrustManagerFactory;

/** A certificate authority of a test, made with openssl, with a server's and clients' certificates. */
final class TestAuthority {
    /** What the server's certificate is for, beside 127.0.0.1. */
    static final String SERVER = "registry.test";

    private static final char[] PASSWORD = "password".toCharArray();

    final Path directory;

    TestAuthority(Path directory) throws IOException, InterruptedException {
        this.directory = directory;
        openssl(
                "req",
                "-x509",
                "-newkey",
                "ec",
                "-pkeyopt",
                "ec_paramgen_curve:P-256",
                "-nodes",
                "-days",
                "2",
                "-subj",
                "/CN=test authority",
                "-keyout",
                "ca.key",
                "-out",
                "ca.pem");
        sign("server", "subjectAltName=IP:127.0.0.1,DNS:" + SERVER);
        openssl(
                "pkcs12",
                "-export",
                "-in",
                "server.pem",
                "-inkey",
                "server.key",
                "-passout",
                "pass:password",
                "-out",
                "server.p12");
    }

    /** Makes a certificate; the key is in "name.key" as PKCS#8. */
    void sign(String name, String extension) throws IOException, InterruptedException {
        openssl(
                "req",
                "-newkey",
                "rsa:2048",
                "-nodes",
                "-subj",
                "/CN=" + name,
                "-keyout",
                name + ".key",
                "-out",
                name + ".csr");
        certify(name, extension);
    }

    /** The same on an elliptic curve; the key is in "name.key" in the form of SEC 1. */
    void signCurve(String name) throws IOException, InterruptedException {
        openssl("ecparam", "-name", "prime256v1", "-genkey", "-out", name + ".key");
        openssl("req", "-new", "-key", name + ".key", "-subj", "/CN=" + name, "-out", name + ".csr");
        certify(name, "keyUsage=digitalSignature");
    }

    private void certify(String name, String extension) throws IOException, InterruptedException {
        Files.writeString(directory.resolve(name + ".ext"), extension + "\n");
        openssl(
                "x509",
                "-req",
                "-in",
                name + ".csr",
                "-CA",
                "ca.pem",
                "-CAkey",
                "ca.key",
                "-CAcreateserial",
                "-days",
                "2",
                "-extfile",
                name + ".ext",
                "-out",
                name + ".pem");
    }

    void openssl(String... arguments) throws IOException, InterruptedException {
        var command = new ArrayList<>(List.of("openssl"));
        command.addAll(List.of(arguments));
        var log = directory.resolve("openssl.log").toFile();
        var process = new ProcessBuilder(command)
                .directory(directory.toFile())
                .redirectErrorStream(true)
                .redirectOutput(log)
                .start();
        if (process.waitFor() != 0) {
            throw new IOException(command + ": " + Files.readString(log.toPath()));
        }
    }

    /** A server with this authority's certificate, which may insist on a client's. */
    HttpsServer server(boolean clientsProveThemselves) throws IOException, GeneralSecurityException {
        var context = context();
        var server = HttpsServer.create(MisbehavingRegistry.anyPort(), 0);
        server.setHttpsConfigurator(new HttpsConfigurator(context) {
            @Override
            public void configure(HttpsParameters parameters) {
                var chosen = context.getDefaultSSLParameters();
                chosen.setNeedClientAuth(clientsProveThemselves);
                parameters.setSSLParameters(chosen);
            }
        });
        return server;
    }

    private SSLContext context() throws IOException, GeneralSecurityException {
        var keys = KeyManagerFactory.getInstance(KeyManagerFactory.getDefaultAlgorithm());
        keys.init(KeyStore.getInstance(directory.resolve("server.p12").toFile(), PASSWORD), PASSWORD);
        var trust = TrustManagerFactory.getInstance(TrustManagerFactory.getDefaultAlgorithm());
        trust.init(authorities());
        var context = SSLContext.getInstance("TLS");
        context.init(keys.getKeyManagers(), trust.getTrustManagers(), null);
        return context;
    }

    private KeyStore authorities() throws IOException, GeneralSecurityException {
        var store = KeyStore.getInstance("PKCS12");
        store.load(null, PASSWORD);
        try (var in = Files.newInputStream(directory.resolve("ca.pem"))) {
            store.setCertificateEntry(
                    "ca", CertificateFactory.getInstance("X.509").generateCertificate(in));
        }
        return store;
    }
}
