package dev.berth.image.registry;

import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.Proxy;
import java.net.ProxySelector;
import java.net.SocketAddress;
import java.net.URI;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** The proxies that HTTP_PROXY, HTTPS_PROXY and NO_PROXY name, in upper or lower case. This machine is never reached through one. */
final class EnvironmentProxies extends ProxySelector {
    private static final int DEFAULT_PORT = 80;

    private final Map<String, String> environment;

    EnvironmentProxies(Map<String, String> environment) {
        this.environment = environment;
    }

    @Override
    public List<Proxy> select(@Nullable URI uri) {
        if (uri == null || uri.getHost() == null || direct(uri)) {
            return List.of(Proxy.NO_PROXY);
        }
        var name = uri.getScheme().equals("https") ? "HTTPS_PROXY" : "HTTP_PROXY";
        return List.of(variable(name).map(EnvironmentProxies::proxy).orElse(Proxy.NO_PROXY));
    }

    private boolean direct(URI uri) {
        if (Registries.isLoopback(uri.getHost())) {
            return true;
        }
        for (var rule : variable("NO_PROXY").orElse("").split(",", -1)) {
            if (matches(rule.strip().toLowerCase(Locale.ROOT), uri)) {
                return true;
            }
        }
        return false;
    }

    private static boolean matches(String rule, URI uri) {
        if (rule.isEmpty()) {
            return false;
        }
        var host = uri.getHost().toLowerCase(Locale.ROOT);
        var domain = rule.startsWith("*.") ? rule.substring(1) : rule;
        return rule.equals("*")
                || host.equals(domain)
                || (host + ":" + uri.getPort()).equals(domain)
                || host.endsWith(domain.startsWith(".") ? domain : "." + domain);
    }

    private Optional<String> variable(String name) {
        return Optional.ofNullable(environment.get(name))
                .or(() -> Optional.ofNullable(environment.get(name.toLowerCase(Locale.ROOT))))
                .filter(value -> !value.isBlank());
    }

    private static Proxy proxy(String text) {
        var uri = URI.create(text.contains("://") ? text : "http://" + text);
        var port = uri.getPort() < 0 ? DEFAULT_PORT : uri.getPort();
        return new Proxy(Proxy.Type.HTTP, InetSocketAddress.createUnresolved(uri.getHost(), port));
    }

    @Override
    public void connectFailed(@Nullable URI uri, @Nullable SocketAddress address, @Nullable IOException failure) {
        // the request itself fails and says so
    }
}
