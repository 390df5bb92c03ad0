package dev.berth.image.registry;

import dev.berth.image.registry.authentication.Authorization;
import dev.berth.image.registry.failure.HostFailure;
import dev.berth.image.registry.failure.RegistryException.Kind;
import dev.berth.image.registry.host.Journal;
import dev.berth.image.registry.host.RegistryHost;
import dev.berth.image.registry.http.Answer;
import dev.berth.image.registry.http.HttpClients;
import dev.berth.linux.Reason;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpRequest;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/** Requests to registry hosts: authentication when asked for it, and redirects. */
final class Exchange {
    private static final int MOST_REDIRECTS = 10;
    /** Of the host itself, and of where it leads. */
    private static final int MOST_CHALLENGES = 2;

    private final HttpClients clients;
    private final Authorization authorization;
    private final Journal journal;

    Exchange(HttpClients clients, Authorization authorization, Journal journal) {
        this.clients = clients;
        this.authorization = authorization;
        this.journal = journal;
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

    /** The answer with status 200 or 206, or 416 where a range was wanted; anything else becomes a failure. */
    Answer get(RegistryHost host, Wanted wanted) throws IOException, InterruptedException {
        var answer = ask("GET", host, wanted);
        var refusedRange = answer.status() == 416 && wanted.range().isPresent();
        if (answer.status() == 200 || answer.status() == 206 || refusedRange) {
            return answer;
        }
        try (answer) {
            throw answer.failure();
        }
    }

    /** The answer to a HEAD request, whatever it is. */
    Answer head(RegistryHost host, Wanted wanted) throws IOException, InterruptedException {
        return ask("HEAD", host, wanted);
    }

    /** Each host's challenge is answered once, and that of one that a redirect led to without any credentials (CVE-2020-15157). */
    private Answer ask(String method, RegistryHost host, Wanted wanted) throws IOException, InterruptedException {
        return ask(method, host, wanted, new HashSet<>());
    }

    private Answer ask(String method, RegistryHost host, Wanted wanted, Set<RegistryHost> challenged)
            throws IOException, InterruptedException {
        var answer = follow(method, host, wanted);
        if (answer.status() != 401 || challenged.size() == MOST_CHALLENGES || !isAnswered(host, answer, challenged)) {
            return answer;
        }
        try (answer) {
            answer.drain();
        }
        return ask(method, host, wanted, challenged);
    }

    private boolean isAnswered(RegistryHost host, Answer answer, Set<RegistryHost> challenged)
            throws IOException, InterruptedException {
        try {
            var challenger = place(host, answer.response().uri());
            return challenged.add(challenger) && authorization.answer(challenger, answer);
        } catch (IOException | InterruptedException e) {
            answer.close();
            throw e;
        }
    }

    private static RegistryHost place(RegistryHost host, URI target) {
        return host.owns(target) ? host : host.elsewhere(target);
    }

    private Answer follow(String method, RegistryHost host, Wanted wanted) throws IOException, InterruptedException {
        var target = URI.create(host.base() + wanted.path());
        for (var redirects = 0; redirects <= MOST_REDIRECTS; redirects++) {
            var answer = send(method, host, target, wanted);
            journal.note(method + " " + Journal.address(target) + ": " + answer.describe());
            if (!answer.isRedirect()) {
                return answer;
            }
            try (answer) {
                target = next(target, answer);
                answer.drain();
            }
        }
        throw new HostFailure(Kind.UNREACHABLE, "more than " + MOST_REDIRECTS + " redirects", null);
    }

    private Answer send(String method, RegistryHost host, URI target, Wanted wanted)
            throws IOException, InterruptedException {
        var place = place(host, target);
        try {
            var request = request(method, place, target, wanted);
            return new Answer(clients.send(place, request), !place.isStranger());
        } catch (HostFailure e) {
            throw e;
        } catch (IOException e) {
            journal.note(method + " " + Journal.address(target) + ": " + Reason.of(e));
            throw HostFailure.unanswered(target.getAuthority() + ": " + Reason.of(e), e);
        } catch (IllegalArgumentException e) {
            // its text may hold a secret
            throw new HostFailure(
                    Kind.UNREACHABLE,
                    "a request to " + Journal.address(target)
                            + " cannot be made: are address, headers and token right?",
                    e);
        }
    }

    /** Credentials and configured headers are for the host alone: a stranger, where it sends us, has none. */
    private HttpRequest request(String method, RegistryHost place, URI target, Wanted wanted)
            throws HostFailure, InterruptedException {
        var request = HttpRequest.newBuilder(target)
                .method(method, HttpRequest.BodyPublishers.noBody())
                .header("User-Agent", "berth")
                .header("Accept-Encoding", "identity"); // a digest is that of the content as it is
        wanted.accept().forEach(type -> request.header("Accept", type));
        wanted.range().ifPresent(range -> request.header("Range", range));
        place.headers().forEach((name, values) -> values.forEach(value -> request.header(name, value)));
        authorization.header(place).ifPresent(value -> request.setHeader("Authorization", value));
        return request.build();
    }

    private static URI next(URI from, Answer answer) throws HostFailure {
        var location = answer.header("Location").orElse("");
        var shown = location.split("\\?", 2)[0]; // what follows may be a signature
        try {
            var target = from.resolve(location);
            var downgrade = from.getScheme().equals("https") && !"https".equals(target.getScheme());
            if (location.isEmpty() || target.getHost() == null || downgrade || !isHttp(target)) {
                throw new HostFailure(Kind.UNREACHABLE, "a redirect to '" + shown + "' is not followed", null);
            }
            return target;
        } catch (IllegalArgumentException e) {
            throw new HostFailure(Kind.UNREACHABLE, "a redirect to '" + shown + "', which is no URL", e);
        }
    }

    private static boolean isHttp(URI target) {
        return "http".equals(target.getScheme()) || "https".equals(target.getScheme());
    }
}
