package dev.berth.image.registry.proxy;

import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.Proxy;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.util.Base64;
import java.util.Optional;

/**
 * A proxy as a variable of the environment names it. Its text form shows no password.
 *
 * @param variable the name of that variable
 * @param authorization what the proxy is shown
 */
public record HttpProxy(String variable, String host, int port, Optional<String> authorization) {
    private static final int DEFAULT_PORT = 80;

    static HttpProxy parse(String variable, String text) throws IOException {
        try {
            var place = URI.create(text.contains("://") ? text : "http://" + text);
            if (!"http".equals(place.getScheme()) || place.getHost() == null) {
                throw new IOException(variable + " names no proxy of the form http://host:port");
            }
            return new HttpProxy(
                    variable,
                    place.getHost(),
                    place.getPort() < 0 ? DEFAULT_PORT : place.getPort(),
                    Optional.ofNullable(place.getUserInfo()).map(HttpProxy::basic));
        } catch (IllegalArgumentException e) {
            throw new IOException(variable + " is no URL", e); // its text may hold a password
        }
    }

    private static String basic(String user) {
        return "Basic " + Base64.getEncoder().encodeToString(user.getBytes(StandardCharsets.UTF_8));
    }

    /** Not resolved: looking the name up is left to whoever connects. */
    Proxy address() {
        return new Proxy(Proxy.Type.HTTP, InetSocketAddress.createUnresolved(host, port));
    }

    @Override
    public String toString() {
        return host + ":" + port + " (" + variable + ")";
    }
}
