package dev.berth.image.registry.host;

import dev.berth.image.registry.tls.TlsSettings;
import java.net.URI;
import java.time.Duration;
import java.util.EnumSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;

/**
 * One host that may serve a registry's content.
 *
 * @param base scheme, authority and path, up to and with "/v2"; without a slash at the end
 * @param upstream whether this is the registry itself, and not a mirror: only it is shown the caller's credentials
 * @param origin the file that names this host, or that it is the default
 */
public record RegistryHost(
        URI base,
        Set<Capability> capabilities,
        TlsSettings tls,
        Map<String, List<String>> headers,
        Duration dialTimeout,
        boolean upstream,
        String origin) {
    private static final String DOCKER_HUB = "docker.io";
    private static final String DOCKER_HUB_HOST = "registry-1.docker.io";
    static final Duration DIAL_TIMEOUT = Duration.ofSeconds(30);

    public enum Capability {
        PULL,
        RESOLVE,
        PUSH
    }

    public RegistryHost {
        capabilities = Set.copyOf(capabilities);
        headers = new LinkedHashMap<>(headers);
    }

    /** The registry itself where nothing is configured: HTTPS, except on this machine. */
    static RegistryHost upstream(String registry) {
        var host = registry.equals(DOCKER_HUB) ? DOCKER_HUB_HOST : registry;
        var loopback = Loopback.isNamedBy(host);
        var secure = !loopback || host.endsWith(":443");
        return new RegistryHost(
                URI.create((secure ? "https://" : "http://") + host + "/v2"),
                EnumSet.allOf(Capability.class),
                loopback ? TlsSettings.LOOPBACK : TlsSettings.DEFAULT,
                Map.of(),
                DIAL_TIMEOUT,
                true,
                "default");
    }

    /** Whether an address is of this host, so that what is for the host alone may go there. */
    public boolean owns(URI place) {
        return origin(base).equals(origin(place));
    }

    /** Scheme, user, host and port, with the port that the scheme implies. */
    private static String origin(URI place) {
        var implied = "https".equals(place.getScheme()) ? ":443" : ":80";
        var authority = place.getAuthority().toLowerCase(Locale.ROOT);
        return place.getScheme() + "://" + (place.getPort() < 0 ? authority + implied : authority);
    }

    /**
     * How to reach where this host sends us: its client certificates stay behind, like all that proves who we are. That nobody proves a host
     * of this machine itself, by default, says nothing of others.
     */
    public RegistryHost elsewhere(URI place) {
        var skips = tls.skipVerification() && !tls.equals(TlsSettings.LOOPBACK);
        var stranger = new TlsSettings(tls.authorities(), List.of(), skips);
        return new RegistryHost(
                URI.create(origin(place)), Set.of(), stranger, Map.of(), dialTimeout, false, "where a redirect led");
    }

    /** Whether only another host's word led here: nothing configured for anyone is shown to it, not even under its own name. */
    public boolean isStranger() {
        return capabilities.isEmpty();
    }

    @Override
    public String toString() {
        return base + " (" + origin + ")";
    }
}
