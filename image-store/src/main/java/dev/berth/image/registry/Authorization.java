package dev.berth.image.registry;

import com.fasterxml.jackson.databind.JsonNode;
import dev.berth.image.oci.JsonDocument;
import dev.berth.image.registry.RegistryException.Kind;
import java.io.IOException;
import java.net.URI;
import java.net.URLEncoder;
import java.net.http.HttpRequest;
import java.nio.charset.StandardCharsets;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;

/** What one pull shows to the hosts it asks. The caller's credentials go to the registry they are for, and to the token service it names. */
final class Authorization {
    private static final int TOKEN_DOCUMENT = 1 << 20;

    private final HttpClients clients;
    private final String scope;
    private final Optional<Credentials> credentials;
    private final Map<URI, String> headers = new ConcurrentHashMap<>();

    Authorization(HttpClients clients, String repository, Optional<Credentials> credentials) {
        this.clients = clients;
        this.scope = "repository:" + repository + ":pull";
        this.credentials = credentials;
    }

    private Optional<Credentials> credentials(RegistryHost host) {
        return host.upstream() ? credentials : Optional.empty();
    }

    Optional<String> header(RegistryHost host) {
        return Optional.ofNullable(headers.get(host.base()))
                .or(() -> credentials(host).flatMap(Authorization::direct));
    }

    private static Optional<String> direct(Credentials credentials) {
        return switch (credentials) {
            case Credentials.RegistryToken(var token) -> Optional.of("Bearer " + token);
            case Credentials.Password _, Credentials.IdentityToken _ -> Optional.empty();
        };
    }

    /** Answers a host's challenge, so that {@link #header} has something new to offer; false if there is nothing. */
    boolean answer(RegistryHost host, Answer answer) throws IOException, InterruptedException {
        var challenges = Challenge.parse(answer.response().headers().allValues("WWW-Authenticate"));
        for (var challenge : challenges) {
            if (challenge.scheme().equals("bearer")
                    && challenge.parameter("realm").isPresent()) {
                headers.put(host.base(), "Bearer " + token(host, challenge));
                return true;
            }
            var basic = credentials(host).flatMap(Authorization::basic);
            if (challenge.scheme().equals("basic") && basic.isPresent()) {
                headers.put(host.base(), basic.get());
                return true;
            }
        }
        return false;
    }

    private static Optional<String> basic(Credentials credentials) {
        return switch (credentials) {
            case Credentials.Password(var user, var password) ->
                Optional.of("Basic "
                        + Base64.getEncoder().encodeToString((user + ":" + password).getBytes(StandardCharsets.UTF_8)));
            case Credentials.RegistryToken _, Credentials.IdentityToken _ -> Optional.empty();
        };
    }

    private String token(RegistryHost host, Challenge challenge) throws IOException, InterruptedException {
        var realm = realm(host, challenge.parameter("realm").orElse(""));
        var parameters = "service=" + encode(challenge.parameter("service").orElse("")) + "&scope="
                + encode(challenge.parameter("scope").orElse(scope));
        try (var answer = new Answer(clients.send(host, request(host, realm, parameters)))) {
            if (answer.status() != 200) {
                var failure = answer.failure();
                throw new HostFailure(failure.kind(), "token service " + realm + ": " + failure.getMessage(), failure);
            }
            return token(realm, JsonDocument.parse(answer.document(TOKEN_DOCUMENT)));
        }
    }

    private HttpRequest request(RegistryHost host, URI realm, String parameters) {
        return switch (credentials(host).orElse(null)) {
            case Credentials.IdentityToken(var refresh) ->
                HttpRequest.newBuilder(realm)
                        .header("Content-Type", "application/x-www-form-urlencoded")
                        .POST(HttpRequest.BodyPublishers.ofString(
                                "grant_type=refresh_token&client_id=berth&refresh_token=" + encode(refresh) + "&"
                                        + parameters))
                        .build();
            case Credentials.Password password -> {
                var request = query(realm, parameters);
                basic(password).ifPresent(value -> request.header("Authorization", value));
                yield request.build();
            }
            case Credentials.RegistryToken _ -> query(realm, parameters).build();
            case null -> query(realm, parameters).build();
        };
    }

    private static HttpRequest.Builder query(URI realm, String parameters) {
        return HttpRequest.newBuilder(URI.create(realm + (realm.getQuery() == null ? "?" : "&") + parameters));
    }

    private static URI realm(RegistryHost host, String text) throws HostFailure {
        try {
            var realm = URI.create(text);
            var plain = "http".equals(realm.getScheme());
            if (realm.getHost() != null && ("https".equals(realm.getScheme()) || (plain && isPlain(host)))) {
                return realm;
            }
        } catch (IllegalArgumentException e) {
            throw new HostFailure(Kind.UNAUTHORIZED, "its token service '" + text + "' is no URL", e);
        }
        throw new HostFailure(
                Kind.UNAUTHORIZED, "its token service '" + text + "' is not to be trusted with a secret", null);
    }

    private static boolean isPlain(RegistryHost host) {
        return "http".equals(host.base().getScheme());
    }

    private static String token(URI realm, JsonNode document) throws HostFailure {
        for (var name : List.of("token", "access_token")) {
            var token = document.path(name).asText();
            if (token.matches("[\\x21-\\x7e]+")) {
                return token;
            }
        }
        throw new HostFailure(Kind.UNAUTHORIZED, "token service " + realm + " gave no token", null);
    }

    private static String encode(String text) {
        return URLEncoder.encode(text, StandardCharsets.UTF_8);
    }
}
