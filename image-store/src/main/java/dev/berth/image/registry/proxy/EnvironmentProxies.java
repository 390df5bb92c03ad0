package dev.berth.image.registry.proxy;

import dev.berth.image.registry.host.Loopback;
import dev.berth.linux.Reason;
import java.io.IOException;
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
public final class EnvironmentProxies extends ProxySelector {
    private final Map<String, String> environment;
    private final Unproxied unproxied;

    public EnvironmentProxies(Map<String, String> environment) {
        this.environment = Map.copyOf(environment);
        this.unproxied =
                Unproxied.parse(variable("NO_PROXY").map(Setting::value).orElse(""));
    }

    private record Setting(String name, String value) {}

    /** The proxy for an address; throws if what is configured for it is none that can be used. */
    public Optional<HttpProxy> proxy(URI place) throws IOException {
        if (Loopback.isNamedBy(place.getHost()) || unproxied.matches(place)) {
            return Optional.empty();
        }
        var setting = variable(place.getScheme().equals("https") ? "HTTPS_PROXY" : "HTTP_PROXY");
        return setting.isEmpty()
                ? Optional.empty()
                : Optional.of(
                        HttpProxy.parse(setting.get().name(), setting.get().value()));
    }

    private Optional<Setting> variable(String name) {
        return List.of(name, name.toLowerCase(Locale.ROOT)).stream()
                .map(each -> new Setting(each, environment.getOrDefault(each, "")))
                .filter(setting -> !setting.value().isBlank())
                .findFirst();
    }

    /** What the HTTP client asks; a proxy that cannot be used has failed the request before. */
    @Override
    public List<Proxy> select(@Nullable URI place) {
        try {
            var proxy = place == null ? Optional.<HttpProxy>empty() : proxy(place);
            return List.of(proxy.map(HttpProxy::address).orElse(Proxy.NO_PROXY));
        } catch (IOException e) {
            throw new IllegalArgumentException(Reason.of(e), e);
        }
    }

    @Override
    public void connectFailed(@Nullable URI place, @Nullable SocketAddress address, @Nullable IOException failure) {
        // the request itself fails and says so
    }
}
