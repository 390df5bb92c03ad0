package dev.berth.image.registry;

import dev.berth.image.credential.Credentials;
import dev.berth.image.oci.Digest;
import dev.berth.image.oci.DocumentException;
import dev.berth.image.oci.ImageDocument;
import dev.berth.image.oci.ImageReference;
import dev.berth.image.registry.Exchange.Wanted;
import dev.berth.image.registry.authentication.Authorization;
import dev.berth.image.registry.authentication.Keyring;
import dev.berth.image.registry.failure.HostFailure;
import dev.berth.image.registry.failure.RegistryException;
import dev.berth.image.registry.failure.RegistryException.Kind;
import dev.berth.image.registry.host.Journal;
import dev.berth.image.registry.host.RegistryHost;
import dev.berth.image.registry.host.RegistryHost.Capability;
import dev.berth.image.registry.http.Answer;
import dev.berth.image.registry.http.HttpClients;
import dev.berth.image.registry.http.Transfer;
import java.io.IOException;
import java.io.InputStream;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;

/** One pull's conversation with the hosts of its registry. */
public final class RegistrySession implements AutoCloseable {
    public static final int MANIFEST_LIMIT = 4 << 20;
    public static final int CONFIG_LIMIT = 4 << 20;

    private static final List<String> MANIFEST_TYPES = List.of(
            "application/vnd.oci.image.index.v1+json",
            "application/vnd.oci.image.manifest.v1+json",
            "application/vnd.docker.distribution.manifest.list.v2+json",
            "application/vnd.docker.distribution.manifest.v2+json");
    /** Hosts that do not know manifests by type still serve them as these; the document says what it is. */
    private static final Set<String> UNTYPED = Set.of("", "application/json", "application/octet-stream", "text/plain");

    private static final Set<String> SCHEMA_1_TYPES = Set.of(
            "application/vnd.docker.distribution.manifest.v1+json",
            "application/vnd.docker.distribution.manifest.v1+prettyjws");

    private static final List<String> ANY = List.of("*/*");

    private final ImageReference reference;
    private final List<RegistryHost> hosts;
    private final HttpClients clients;
    private final Exchange exchange;
    private final Transfer transfer;
    private final Map<RegistryHost, Integer> broken = new ConcurrentHashMap<>();

    private RegistrySession(
            Registries registries, ImageReference reference, Optional<Credentials> credentials, Journal journal)
            throws IOException {
        this.reference = reference;
        this.hosts = registries.directory().hosts(reference.registry(), journal);
        this.transfer = registries.transfer();
        this.clients = new HttpClients(transfer, registries.proxies(), journal);
        var keyring = new Keyring(registries.authFiles(), reference, credentials, journal);
        var authorization = new Authorization(clients, keyring, registries.tokens(), reference.repository());
        this.exchange = new Exchange(clients, authorization, journal);
    }

    public static RegistrySession open(
            Registries registries, ImageReference reference, Optional<Credentials> credentials, Journal journal)
            throws IOException {
        return new RegistrySession(registries, reference, credentials, journal);
    }

    /** Documents that are at hand already. */
    @FunctionalInterface
    public interface Held {
        Optional<byte[]> document(Digest digest) throws IOException;
    }

    /** The manifest or index that the reference means. */
    public ManifestDocument manifest() throws RegistryException, InterruptedException {
        return onHosts(capability(), "manifest", this::named);
    }

    /**
     * The same, by a HEAD request where what the reference means is held already: registries count GET requests against a limit. A host
     * is asked even for a digest that is held, so that nobody gets what the registry would not give them.
     */
    public ManifestDocument manifest(Held held) throws RegistryException, InterruptedException {
        return onHosts(capability(), "manifest", host -> {
            var known = known(host, held);
            return known.isPresent() ? known.get() : named(host);
        });
    }

    /** A mirror may be trusted with content that has a digest and not with what a tag means. */
    private Capability capability() {
        return reference.digest().isPresent() ? Capability.PULL : Capability.RESOLVE;
    }

    private Optional<ManifestDocument> known(RegistryHost host, Held held) throws IOException, InterruptedException {
        try (var answer = exchange.head(host, wanted(host, name()))) {
            var digest = reference.digest().or(answer::digest);
            if (answer.status() != 200 || digest.isEmpty() || !mayBeManifest(answer)) {
                return Optional.empty(); // the GET that follows says why
            }
            return held.document(digest.get()).map(bytes -> new ManifestDocument(bytes, "", digest.get()));
        }
    }

    private String name() {
        return reference.digest().map(Digest::toString).or(reference::tag).orElseThrow();
    }

    private ManifestDocument named(RegistryHost host) throws IOException, InterruptedException {
        return manifest(host, name(), reference.digest());
    }

    public ManifestDocument manifest(Digest digest) throws RegistryException, InterruptedException {
        return onHosts(
                Capability.PULL, "manifest " + digest, host -> manifest(host, digest.toString(), Optional.of(digest)));
    }

    private Wanted wanted(RegistryHost host, String name) {
        return new Wanted(path(host, "manifests/" + name), MANIFEST_TYPES);
    }

    private ManifestDocument manifest(RegistryHost host, String name, Optional<Digest> digest)
            throws IOException, InterruptedException {
        try (var answer = exchange.get(host, wanted(host, name))) {
            var bytes = answer.document(MANIFEST_LIMIT);
            checkType(answer, bytes);
            var named = digest.or(answer::digest).orElseGet(() -> Digest.of(bytes));
            check(answer.digest().orElse(named), bytes);
            check(named, bytes);
            return new ManifestDocument(bytes, answer.contentType(), named);
        }
    }

    private static void check(Digest named, byte[] bytes) throws HostFailure {
        if (!named.isOf(bytes)) {
            throw new HostFailure(
                    Kind.CORRUPT, "the manifest's digest is " + named.likewise(bytes) + ", it came as " + named, null);
        }
    }

    private static void checkType(Answer answer, byte[] bytes) throws HostFailure {
        var type = answer.contentType();
        if (SCHEMA_1_TYPES.contains(type)) {
            throw new HostFailure(
                    Kind.UNSUPPORTED,
                    answer.describe() + ": Docker's schema 1 no longer exists; push the image anew",
                    null);
        }
        if (!mayBeManifest(answer)) {
            var excerpt = answer.own() ? ": " + Answer.excerpt(bytes) : "";
            throw new HostFailure(Kind.UNSUPPORTED, answer.describe() + ", which is no manifest" + excerpt, null);
        }
        if (!answer.own()) {
            checkStranger(answer, bytes);
        }
    }

    /** What is wrong with a document from elsewhere is not told: the text would quote it. */
    private static void checkStranger(Answer answer, byte[] bytes) throws HostFailure {
        try {
            ImageDocument.parse(bytes, answer.contentType());
        } catch (DocumentException _) {
            throw new HostFailure(Kind.UNSUPPORTED, answer.describe() + ", which is no manifest", null);
        }
    }

    private static boolean mayBeManifest(Answer answer) {
        return MANIFEST_TYPES.contains(answer.contentType()) || UNTYPED.contains(answer.contentType());
    }

    /** A blob that is small enough to be held in memory, such as a config. */
    public byte[] document(Digest digest) throws RegistryException, InterruptedException {
        return onHosts(Capability.PULL, "blob " + digest, host -> {
            try (var answer = blob(host, digest, 0, Wanted.END)) {
                var bytes = answer.document(CONFIG_LIMIT);
                if (!digest.isOf(bytes)) {
                    throw new HostFailure(
                            Kind.CORRUPT, bytes.length + " bytes of " + digest.likewise(bytes) + " came", null);
                }
                return bytes;
            }
        });
    }

    /** A blob as a stream that takes broken connections up again where they broke. Its digest is the reader's to check. */
    public InputStream blob(Digest digest, long size) {
        return new BlobStream(new BlobStream.Source(this, digest, 0, size, Wanted.END), transfer);
    }

    /** The bytes of a blob from one position to another, taken up again likewise. */
    public InputStream blob(Digest digest, long from, long to) {
        return new BlobStream(new BlobStream.Source(this, digest, from, to, to), transfer);
    }

    /** Whether the host that would be asked for this blob answers with the range that is asked for. */
    public boolean servesRanges(Digest digest) throws RegistryException, InterruptedException {
        return onHosts(Capability.PULL, "blob " + digest, host -> {
            try (var answer = blob(host, digest, 0, 1)) {
                return answer.isPartFrom(0) && answer.body().readNBytes(2).length == 1;
            }
        });
    }

    /** The blob from one byte up to another, from the host that failed least often so far. */
    BlobPart part(Digest digest, long from, long to) throws RegistryException, InterruptedException {
        return onHosts(Capability.PULL, "blob " + digest, host -> {
            var answer = blob(host, digest, from, to);
            try {
                return new BlobPart(
                        host, answer.isPartFrom(from) ? answer.body() : unranged(host, digest, answer, from, to));
            } catch (IOException | InterruptedException e) {
                answer.close();
                throw e;
            }
        });
    }

    /** A host that does not give the range is asked for all of it, if that is not asked for again for each of many ranges. */
    private InputStream unranged(RegistryHost host, Digest digest, Answer answer, long from, long to)
            throws IOException, InterruptedException {
        if (from > 0 && to != Wanted.END) {
            throw new HostFailure(Kind.UNRANGED, "status " + answer.status() + " instead of a range", null);
        }
        if (answer.status() == 200) {
            return behind(answer, from);
        }
        answer.close();
        var whole = blob(host, digest, 0, Wanted.END);
        try {
            return behind(whole, from);
        } catch (IOException e) {
            whole.close();
            throw e;
        }
    }

    private static InputStream behind(Answer whole, long from) throws IOException {
        if (whole.status() != 200) {
            throw new HostFailure(Kind.UNREACHABLE, "it answered with a range when asked for the whole", null);
        }
        var body = whole.body();
        body.skipNBytes(from);
        return body;
    }

    void blame(RegistryHost host) {
        broken.merge(host, 1, Integer::sum);
    }

    private Answer blob(RegistryHost host, Digest digest, long from, long to) throws IOException, InterruptedException {
        var answer = exchange.get(host, new Wanted(path(host, "blobs/" + digest), ANY, from, to));
        if (answer.contentType().equals("text/html")) {
            try (answer) {
                throw new HostFailure(Kind.UNREACHABLE, answer.describe() + ", which is no blob", null);
            }
        }
        return answer;
    }

    /** A mirror that serves several registries learns from "ns" which one is meant. */
    private String path(RegistryHost host, String rest) {
        var path = "/" + reference.repository() + "/" + rest;
        return host.upstream() ? path : path + "?ns=" + reference.registry();
    }

    private <T> T onHosts(Capability capability, String what, Inquiry.Ask<T> ask)
            throws RegistryException, InterruptedException {
        return new Inquiry(what, transfer).put(order(capability), ask);
    }

    private List<RegistryHost> order(Capability capability) {
        return hosts.stream()
                .filter(host -> host.capabilities().contains(capability))
                .sorted(Comparator.comparingInt(host -> broken.getOrDefault(host, 0)))
                .toList();
    }

    @Override
    public void close() {
        clients.close();
    }
}
