package dev.berth.cri.streaming;

import dev.berth.cri.config.Configuration;
import io.netty.handler.ssl.SslContext;
import io.netty.handler.ssl.SslContextBuilder;
import io.netty.handler.ssl.SslProvider;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.attribute.FileTime;
import java.util.List;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** The streaming server's certificate and key, read again when their files have changed. */
final class TlsContexts {
    private static final Logger LOG = LoggerFactory.getLogger(TlsContexts.class);

    private final Configuration.Tls files;

    /** Guards the two below; a certificate is read rarely. */
    private final Object lock = new Object();

    private SslContext context;
    private List<FileTime> times;

    private TlsContexts(Configuration.Tls files, SslContext context, List<FileTime> times) {
        this.files = files;
        this.context = context;
        this.times = times;
    }

    static TlsContexts load(Configuration.Tls files) throws IOException {
        return new TlsContexts(files, read(files), times(files));
    }

    /** For a new connection. Files that cannot be used leave the last good ones in force. */
    SslContext current() {
        synchronized (lock) {
            try {
                var now = times(files);
                if (!now.equals(times)) {
                    context = read(files);
                    times = now;
                    LOG.info("the streaming server's certificate was read again from {}", files.certificate());
                }
            } catch (IOException e) {
                LOG.warn("the streaming server keeps its certificate: {}", e.getMessage());
            }
            return context;
        }
    }

    private static SslContext read(Configuration.Tls files) throws IOException {
        try {
            return SslContextBuilder.forServer(
                            files.certificate().toFile(), files.key().toFile())
                    .sslProvider(SslProvider.JDK)
                    .protocols("TLSv1.3", "TLSv1.2")
                    .build();
        } catch (IllegalArgumentException e) {
            throw new IOException(
                    "[streaming] tls_cert_file %s, tls_key_file %s: %s; PEM is needed, the key as PKCS#8 without a password"
                            .formatted(files.certificate(), files.key(), e.getMessage()),
                    e);
        }
    }

    private static List<FileTime> times(Configuration.Tls files) throws IOException {
        return List.of(Files.getLastModifiedTime(files.certificate()), Files.getLastModifiedTime(files.key()));
    }
}
