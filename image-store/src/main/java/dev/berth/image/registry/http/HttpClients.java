package dev.berth.image.registry.http;

import dev.berth.image.registry.failure.Cause;
import dev.berth.image.registry.host.Journal;
import dev.berth.image.registry.host.RegistryHost;
import dev.berth.image.registry.proxy.EnvironmentProxies;
import dev.berth.image.registry.tls.TlsContext;
import dev.berth.image.registry.tls.TlsSettings;
import dev.berth.linux.Reason;
import java.io.IOException;
import java.io.InputStream;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.security.GeneralSecurityException;
import java.time.Duration;
import java.util.HashMap;
import java.util.Map;
import java.util.concurrent.CancellationException;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

/** The HTTP clients of one pull, one for each way to connect; they end with it, so nothing idles between pulls. */
public final class HttpClients implements AutoCloseable {
    private record Connecting(TlsSettings tls, Duration dialTimeout) {}

    private final Transfer transfer;
    private final EnvironmentProxies proxies;
    private final Journal journal;
    private final Map<Connecting, HttpClient> clients = new HashMap<>();

    public HttpClients(Transfer transfer, EnvironmentProxies proxies, Journal journal) {
        this.transfer = transfer;
        this.proxies = proxies;
        this.journal = journal;
    }

    /** Sends one request and returns once the response's head is there. */
    public HttpResponse<InputStream> send(RegistryHost host, HttpRequest request)
            throws IOException, InterruptedException {
        var answer = client(host).sendAsync(proxied(request), _ -> new ResponseBody(transfer));
        try {
            return answer.get(transfer.answer().toMillis(), TimeUnit.MILLISECONDS);
        } catch (ExecutionException e) {
            var cause = e.getCause() == null ? e : e.getCause();
            throw new IOException(Cause.of(cause), cause);
        } catch (TimeoutException e) {
            throw new IOException("no answer within " + transfer.answer().toSeconds() + " s", e);
        } catch (CancellationException e) {
            throw new IOException("the request was cancelled", e);
        } finally {
            answer.cancel(true); // does nothing to an answer that has come
        }
    }

    private HttpRequest proxied(HttpRequest request) throws IOException {
        var proxy = proxies.proxy(request.uri());
        if (proxy.isEmpty()) {
            return request;
        }
        journal.note("proxy " + proxy.get() + " for " + Journal.address(request.uri()));
        var with = HttpRequest.newBuilder(request, (_, _) -> true);
        proxy.get().authorization().ifPresent(value -> with.setHeader("Proxy-Authorization", value));
        return with.build();
    }

    private synchronized HttpClient client(RegistryHost host) throws IOException {
        var key = new Connecting(host.tls(), host.dialTimeout());
        var known = clients.get(key);
        if (known != null) {
            return known;
        }
        var made = connect(key);
        clients.put(key, made);
        return made;
    }

    private HttpClient connect(Connecting connecting) throws IOException {
        var builder = HttpClient.newBuilder()
                .version(HttpClient.Version.HTTP_1_1)
                .followRedirects(HttpClient.Redirect.NEVER)
                .proxy(proxies)
                .connectTimeout(connecting.dialTimeout())
                .executor(task -> Thread.ofVirtual().name("registry").start(task));
        try {
            if (!connecting.tls().isDefault()) {
                builder.sslContext(TlsContext.of(connecting.tls()));
            }
        } catch (GeneralSecurityException e) {
            throw new IOException("TLS cannot be set up: " + Reason.of(e), e);
        }
        return builder.build();
    }

    @Override
    public synchronized void close() {
        clients.values().forEach(HttpClient::shutdownNow);
        clients.clear();
    }
}
