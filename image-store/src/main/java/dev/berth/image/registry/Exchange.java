package dev.berth.image.registry;

import dev.berth.image.registry.RegistryException.Kind;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpRequest;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.ThreadLocalRandom;

/** GET requests to registry hosts: authentication when asked for it, redirects, and patience with busy hosts. */
final class Exchange {
    private static final int MOST_REDIRECTS = 5;

    private final HttpClients clients;
    private final Authorization authorization;
    private final Transfer transfer;

    Exchange(HttpClients clients, Authorization authorization, Transfer transfer) {
        this.clients = clients;
        this.authorization = authorization;
        this.transfer = transfer;
    }

    /**
     * What is wanted of a host.
     *
     * @param path below the host's base
     * @param from the first byte wanted
     * @param to the byte behind the last one wanted
     */
    record Wanted(String path, List<String> accept, long from, long to) {
        static final long END = Long.MAX_VALUE;

        Wanted(String path, List<String> accept) {
            this(path, accept, 0, END);
        }

        /** The value of the header, or empty if all is wanted. */
        Optional<String> range() {
            if (from == 0 && to == END) {
                return Optional.empty();
            }
            return Optional.of("bytes=" + from + "-" + (to == END ? "" : to - 1));
        }
    }

    /** The answer with status 200 or 206; anything else becomes a failure. */
    Answer get(RegistryHost host, Wanted wanted) throws IOException, InterruptedException {
        var challenged = false;
        for (var attempt = 1; ; ) {
            var answer = follow(host, wanted);
            if (answer.status() == 200 || answer.status() == 206) {
                return answer;
            }
            try (answer) {
                if (answer.status() == 401 && !challenged && authorization.answer(host, answer)) {
                    challenged = true;
                    continue;
                }
                if (!answer.isBusy() || attempt == transfer.attempts()) {
                    throw answer.failure();
                }
                // the back-off of a retry, as long as the registry's Retry-After asks
                Thread.sleep(pause(answer, attempt++));
            }
        }
    }

    private Duration pause(Answer answer, int attempt) {
        var jitter = 0.75 + ThreadLocalRandom.current().nextDouble(0.5);
        var backOff = transfer.backOff().toMillis() * (1L << Math.min(attempt - 1, 20)) * jitter;
        var pause = answer.retryAfter().orElse(Duration.ofMillis((long) backOff));
        return pause.compareTo(transfer.longestPause()) > 0 ? transfer.longestPause() : pause;
    }

    private Answer follow(RegistryHost host, Wanted wanted) throws IOException, InterruptedException {
        var first = URI.create(host.base() + wanted.path());
        var target = first;
        for (var redirects = 0; redirects <= MOST_REDIRECTS; redirects++) {
            var answer = send(host, target, wanted, sameOrigin(first, target));
            if (!answer.isRedirect()) {
                return answer;
            }
            try (answer) {
                target = next(target, answer);
            }
        }
        throw new HostFailure(Kind.UNREACHABLE, "more than " + MOST_REDIRECTS + " redirects", null);
    }

    /** Credentials and configured headers are for the host alone, not for where it sends us. */
    private Answer send(RegistryHost host, URI target, Wanted wanted, boolean trusted)
            throws IOException, InterruptedException {
        var request = HttpRequest.newBuilder(target).GET().header("User-Agent", "berth");
        wanted.accept().forEach(type -> request.header("Accept", type));
        wanted.range().ifPresent(range -> request.header("Range", range));
        if (trusted) {
            host.headers().forEach((name, values) -> values.forEach(value -> request.header(name, value)));
            authorization.header(host).ifPresent(value -> request.setHeader("Authorization", value));
        }
        try {
            return new Answer(clients.send(host, request.build()));
        } catch (IOException e) {
            throw new HostFailure(Kind.UNREACHABLE, target.getAuthority() + ": " + e.getMessage(), e);
        }
    }

    private static URI next(URI from, Answer answer) throws HostFailure {
        var location = answer.header("Location").orElse("");
        try {
            var target = from.resolve(location);
            var downgrade = from.getScheme().equals("https") && !"https".equals(target.getScheme());
            if (location.isEmpty() || target.getHost() == null || downgrade || !isHttp(target)) {
                throw new HostFailure(Kind.UNREACHABLE, "a redirect to '" + location + "' is not followed", null);
            }
            return target;
        } catch (IllegalArgumentException e) {
            throw new HostFailure(Kind.UNREACHABLE, "a redirect to '" + location + "', which is no URL", e);
        }
    }

    private static boolean isHttp(URI target) {
        return "http".equals(target.getScheme()) || "https".equals(target.getScheme());
    }

    private static boolean sameOrigin(URI a, URI b) {
        return a.getScheme().equals(b.getScheme()) && a.getAuthority().equals(b.getAuthority());
    }
}
