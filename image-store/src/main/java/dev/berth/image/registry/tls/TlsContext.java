package dev.berth.image.registry.tls;

import dev.berth.linux.Reason;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyStore;
import java.security.cert.Certificate;
import java.security.cert.CertificateException;
import java.security.cert.CertificateFactory;
import java.security.cert.X509Certificate;
import java.util.List;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import javax.net.ssl.KeyManagerFactory;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLEngine;
import javax.net.ssl.TrustManager;
import javax.net.ssl.TrustManagerFactory;
import javax.net.ssl.X509ExtendedTrustManager;
import javax.net.ssl.X509TrustManager;

/** Makes TLS contexts from PEM files. */
public final class TlsContext {
    private static final int LARGEST = 1 << 20;
    private static final Pattern CERTIFICATE =
            Pattern.compile("-----BEGIN CERTIFICATE-----[^-]*-----END CERTIFICATE-----");
    private static final char[] NO_PASSWORD = new char[0];

    private TlsContext() {}

    public static SSLContext of(TlsSettings settings) throws GeneralSecurityException, IOException {
        var keys = KeyManagerFactory.getInstance(KeyManagerFactory.getDefaultAlgorithm());
        keys.init(clientKeys(settings), NO_PASSWORD);
        var context = SSLContext.getInstance("TLS");
        context.init(keys.getKeyManagers(), trust(settings), null);
        return context;
    }

    private static TrustManager[] trust(TlsSettings settings) throws GeneralSecurityException, IOException {
        if (settings.skipVerification()) {
            return new TrustManager[] {new TrustAnything()};
        }
        var store = emptyStore();
        var number = 0;
        for (var authority : systemAuthorities()) {
            store.setCertificateEntry("system-" + number++, authority);
        }
        for (var file : settings.authorities()) {
            for (var certificate : certificates(file)) {
                store.setCertificateEntry("configured-" + number++, certificate);
            }
        }
        var factory = TrustManagerFactory.getInstance(TrustManagerFactory.getDefaultAlgorithm());
        factory.init(store);
        return factory.getTrustManagers();
    }

    private static List<X509Certificate> systemAuthorities() throws GeneralSecurityException {
        var factory = TrustManagerFactory.getInstance(TrustManagerFactory.getDefaultAlgorithm());
        factory.init((KeyStore) null);
        for (var manager : factory.getTrustManagers()) {
            if (manager instanceof X509TrustManager trust) {
                return List.of(trust.getAcceptedIssuers());
            }
        }
        return List.of();
    }

    private static KeyStore clientKeys(TlsSettings settings) throws GeneralSecurityException, IOException {
        var store = emptyStore();
        var number = 0;
        for (var client : settings.clients()) {
            var chain = certificates(client.certificate()).toArray(Certificate[]::new);
            var key = PrivateKeyFile.read(client.key().orElse(client.certificate()));
            store.setKeyEntry("client-" + number++, key, NO_PASSWORD, chain);
        }
        return store;
    }

    private static KeyStore emptyStore() throws GeneralSecurityException, IOException {
        var store = KeyStore.getInstance("PKCS12");
        store.load(null, NO_PASSWORD);
        return store;
    }

    /** A PEM file may hold a key beside its certificates, at which the certificates' reader would stumble. */
    private static byte[] withoutKeys(byte[] file) {
        var text = new String(file, StandardCharsets.ISO_8859_1);
        var certificates =
                CERTIFICATE.matcher(text).results().map(MatchResult::group).collect(Collectors.joining("\n"));
        return certificates.isEmpty() ? file : certificates.getBytes(StandardCharsets.ISO_8859_1);
    }

    private static List<X509Certificate> certificates(Path file) throws GeneralSecurityException, IOException {
        try {
            var found = CertificateFactory.getInstance("X.509")
                    .generateCertificates(new ByteArrayInputStream(withoutKeys(bytes(file))));
            if (found.isEmpty()) {
                throw new IOException(file + " holds no certificate");
            }
            return found.stream().map(X509Certificate.class::cast).toList();
        } catch (CertificateException e) {
            throw new IOException(file + " holds no certificate that can be read: " + Reason.of(e), e);
        }
    }

    static byte[] bytes(Path file) throws IOException {
        try (var in = Files.newInputStream(file)) {
            var bytes = in.readNBytes(LARGEST + 1);
            if (bytes.length > LARGEST) {
                throw new IOException(file + " is larger than 1 MiB");
            }
            return bytes;
        }
    }

    /** What skip_verify asks for. The extended kind, so that the host name is not checked either. */
    private static final class TrustAnything extends X509ExtendedTrustManager {
        @Override
        public void checkClientTrusted(X509Certificate[] chain, String type, Socket socket) {}

        @Override
        public void checkServerTrusted(X509Certificate[] chain, String type, Socket socket) {}

        @Override
        public void checkClientTrusted(X509Certificate[] chain, String type, SSLEngine engine) {}

        @Override
        public void checkServerTrusted(X509Certificate[] chain, String type, SSLEngine engine) {}

        @Override
        public void checkClientTrusted(X509Certificate[] chain, String type) {}

        @Override
        public void checkServerTrusted(X509Certificate[] chain, String type) {}

        @Override
        public X509Certificate[] getAcceptedIssuers() {
            return new X509Certificate[0];
        }
    }
}
