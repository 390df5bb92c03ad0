package dev.berth.image.registry.authentication;

import com.fasterxml.jackson.databind.JsonNode;
import dev.berth.image.credential.Credentials;
import dev.berth.image.oci.DocumentException;
import dev.berth.image.oci.JsonDocument;
import dev.berth.image.registry.failure.HostFailure;
import dev.berth.image.registry.failure.RegistryException.Kind;
import dev.berth.image.registry.host.Journal;
import dev.berth.image.registry.host.RegistryHost;
import dev.berth.image.registry.http.Answer;
import dev.berth.image.registry.http.HttpClients;
import java.io.IOException;
import java.net.URI;
import java.net.URLEncoder;
import java.net.http.HttpRequest;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;

/**
 * What one pull shows to the hosts it asks. A host's credentials go to it alone, and to the token service it names; where a
 * redirect leads, a token counts that anybody gets.
 */
public final class Authorization {
    private static final int TOKEN_DOCUMENT = 1 << 20;
    /** How long a token counts that does not say (distribution's token specification). */
    private static final long DEFAULT_LIFE_SECONDS = 60;

    private static final Duration LONGEST_LIFE = Duration.ofHours(1);

    private final HttpClients clients;
    private final Keyring keyring;
    private final Tokens tokens;
    private final String repository;
    private final Map<RegistryHost, String> headers = new ConcurrentHashMap<>();

    public Authorization(HttpClients clients, Keyring keyring, Tokens tokens, String repository) {
        this.clients = clients;
        this.keyring = keyring;
        this.tokens = tokens;
        this.repository = repository;
    }

    public Optional<String> header(RegistryHost host) throws HostFailure, InterruptedException {
        var current = headers.get(host);
        if (current != null) {
            return Optional.of(current);
        }
        var credentials = keyring.credentials(host);
        var kept = tokens.header(new Tokens.Use(host.base(), repository, credentials));
        kept.ifPresent(header -> headers.put(host, header));
        return kept.or(() -> credentials.flatMap(Authorization::direct));
    }

    private static Optional<String> direct(Credentials credentials) {
        return switch (credentials) {
            case Credentials.RegistryToken(var token) -> Optional.of("Bearer " + token);
            case Credentials.Password _, Credentials.IdentityToken _ -> Optional.empty();
        };
    }

    /** Answers a host's challenge, so that {@link #header} has something new to offer; false if there is nothing. */
    public boolean answer(RegistryHost host, Answer answer) throws IOException, InterruptedException {
        var shown = answer.response().request().headers().firstValue("Authorization");
        var current = Optional.ofNullable(headers.get(host));
        if (current.isPresent() && !current.equals(shown)) {
            return true; // another thread has answered meanwhile
        }
        var credentials = keyring.credentials(host);
        for (var challenge : Challenge.parse(answer.response().headers().allValues("WWW-Authenticate"))) {
            var realm = challenge.parameter("realm");
            if (challenge.scheme().equals("bearer") && realm.isPresent()) {
                keep(host, credentials, token(host, credentials, challenge));
                return true;
            }
            var basic = credentials.flatMap(Authorization::basic);
            if (challenge.scheme().equals("basic") && basic.isPresent() && !basic.equals(shown)) {
                keep(host, credentials, new Token(basic.get(), LONGEST_LIFE));
                return true;
            }
        }
        return false;
    }

    /** An Authorization header, and for how long it counts. */
    private record Token(String header, Duration life) {}

    private void keep(RegistryHost host, Optional<Credentials> credentials, Token token) {
        headers.put(host, token.header());
        tokens.keep(new Tokens.Use(host.base(), repository, credentials), token.header(), token.life());
    }

    private static Optional<String> basic(Credentials credentials) {
        return switch (credentials) {
            case Credentials.Password(var user, var password) ->
                Optional.of("Basic "
                        + Base64.getEncoder().encodeToString((user + ":" + password).getBytes(StandardCharsets.UTF_8)));
            case Credentials.RegistryToken _, Credentials.IdentityToken _ -> Optional.empty();
        };
    }

    private Token token(RegistryHost host, Optional<Credentials> credentials, Challenge challenge)
            throws IOException, InterruptedException {
        var realm = realm(host, challenge.parameter("realm").orElse(""));
        var parameters = "service=" + encode(challenge.parameter("service").orElse("")) + "&scope="
                + encode(challenge.parameter("scope").orElse("repository:" + repository + ":pull"));
        var request = checked(credentials, realm, parameters);
        var own = host.owns(realm);
        try (var answer = new Answer(clients.send(own ? host : host.elsewhere(realm), request), true)) {
            if (answer.status() != 200) {
                // over TLS it has proved that it is who was named
                var quoted = !host.isStranger() && (own || "https".equals(realm.getScheme()));
                throw (quoted ? answer.failure() : answer.wordless()).at("token service " + Journal.address(realm));
            }
            return token(realm, parse(realm, answer.document(TOKEN_DOCUMENT)));
        }
    }

    /** What is wrong with it is not told: the text would quote it, and there may be a token in it. */
    private static JsonNode parse(URI realm, byte[] document) throws HostFailure {
        try {
            return JsonDocument.parse(document);
        } catch (DocumentException _) {
            throw new HostFailure(
                    Kind.UNAUTHORIZED, "token service " + Journal.address(realm) + " gave no acceptable JSON", null);
        }
    }

    private static HttpRequest checked(Optional<Credentials> credentials, URI realm, String parameters)
            throws HostFailure {
        try {
            return request(credentials, realm, parameters);
        } catch (IllegalArgumentException e) {
            throw new HostFailure(
                    Kind.UNAUTHORIZED, "its token service " + Journal.address(realm) + " cannot be asked", e);
        }
    }

    private static HttpRequest request(Optional<Credentials> credentials, URI realm, String parameters) {
        return switch (credentials.orElse(null)) {
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

    private static Token token(URI realm, JsonNode document) throws HostFailure {
        for (var name : List.of("token", "access_token")) {
            var token = document.path(name).asText();
            if (token.matches("[\\x21-\\x7e]+")) {
                return new Token("Bearer " + token, life(document));
            }
        }
        throw new HostFailure(Kind.UNAUTHORIZED, "token service " + Journal.address(realm) + " gave no token", null);
    }

    private static Duration life(JsonNode document) {
        var seconds = document.path("expires_in").asLong(DEFAULT_LIFE_SECONDS);
        var life = Duration.ofSeconds(Math.max(0, Math.min(seconds, LONGEST_LIFE.toSeconds())));
        return seconds == 0 ? Duration.ofSeconds(DEFAULT_LIFE_SECONDS) : life;
    }

    private static String encode(String text) {
        return URLEncoder.encode(text, StandardCharsets.UTF_8);
    }
}
