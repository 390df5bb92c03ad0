package dev.berth.image.pull;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.berth.image.MisbehavingRegistry;
import dev.berth.image.TestImage;
import dev.berth.image.TestImage.Layer;
import dev.berth.image.TestStore;
import dev.berth.image.TestTar;
import dev.berth.image.oci.Digest;
import dev.berth.image.oci.Platform;
import dev.berth.image.pull.PullReport.Outcome;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What a registry is asked when much of an image is here already, and what documents on the way may look like. */
final class RepeatedPullTest {
    private static final byte[] ARCHIVE = new TestTar().file("file", "content").bytes();
    private static final byte[] NEWER = new TestTar().file("file", "newer").bytes();
    private static final String MANIFEST = "/v2/app/manifests/latest";

    private final TestImage image = TestImage.of(Layer.plain(ARCHIVE));

    @TempDir
    Path directory;

    private MisbehavingRegistry registry;
    private TestStore store;

    @BeforeEach
    void open() throws IOException {
        registry = MisbehavingRegistry.serving(image);
        store = TestStore.open(directory);
    }

    @AfterEach
    void close() throws IOException {
        registry.close();
        store.close();
    }

    private String name() {
        return registry.host() + "/app";
    }

    /** What the registry is asked by the next pull. */
    private List<String> requests(String name) throws PullException, InterruptedException {
        registry.requests.clear();
        store.pull(name);
        return List.copyOf(registry.requests);
    }

    @Test
    void anUnchangedTagCostsOneHeadRequest() throws Exception {
        assertEquals(3, requests(name()).size());
        assertEquals(List.of("HEAD " + MANIFEST), requests(name()));
    }

    @Test
    void anUnchangedTagOfAnIndexCostsOneHeadRequest() throws Exception {
        registry.manifest("latest", TestImage.INDEX_TYPE, image.index());
        assertEquals(4, requests(name()).size());
        assertEquals(List.of("HEAD " + MANIFEST), requests(name()));
    }

    @Test
    void anotherTagOfTheSameImageCostsOneHeadRequest() throws Exception {
        registry.manifest("again", TestImage.MANIFEST_TYPE, image.manifest);
        store.pull(name());
        assertEquals(List.of("HEAD /v2/app/manifests/again"), requests(name() + ":again"));
        assertEquals(2, store.store.list().getFirst().repoTags().size());
    }

    @Test
    void aMovedTagBringsTheNewImage() throws Exception {
        store.pull(name());
        var moved = TestImage.of(Layer.plain(NEWER));
        moved.blobs.forEach(
                (digest, bytes) -> registry.document("/v2/app/blobs/" + digest, "application/octet-stream", bytes));
        registry.manifest("latest", TestImage.MANIFEST_TYPE, moved.manifest);
        assertEquals(List.of("HEAD " + MANIFEST, MANIFEST), requests(name()).subList(0, 2));
        assertEquals(
                moved.config.toString(), store.store.find(name()).orElseThrow().id());
    }

    @Test
    void aRegistryWithoutHeadIsAskedByGet() throws Exception {
        store.pull(name());
        registry.on(MANIFEST, exchange -> {
            var status = exchange.getRequestMethod().equals("HEAD") ? 405 : 200;
            MisbehavingRegistry.answer(exchange, status, TestImage.MANIFEST_TYPE, image.manifest);
        });
        assertEquals(List.of("HEAD " + MANIFEST, MANIFEST), requests(name()));
    }

    /** Otherwise whoever is on the node could use what only others may pull. */
    @Test
    void theRegistryIsAskedEvenForADigestThatIsHere() throws Exception {
        var pinned = name() + "@" + Digest.of(image.manifest);
        store.pull(pinned);
        var path = "/v2/app/manifests/" + Digest.of(image.manifest);
        assertEquals(List.of("HEAD " + path), requests(pinned));
        registry.on(path, exchange -> MisbehavingRegistry.answer(exchange, 403, "text/plain", new byte[] {'x'}));
        assertThrows(PullException.Unauthorized.class, () -> store.pull(pinned));
    }

    @Test
    void aPageInPlaceOfTheRegistryIsNoAnswer() throws Exception {
        var pinned = name() + "@" + Digest.of(image.manifest);
        store.pull(pinned);
        registry.document("/v2/app/manifests/" + Digest.of(image.manifest), "text/html", new byte[] {'<'});
        assertThrows(PullException.Unsupported.class, () -> store.pull(pinned));
    }

    @Test
    void aPullTellsHowFarItIsAndWhatItAsked() throws Exception {
        store.pull(name());
        store.pull(name());
        var reports = store.store.pulls();
        var first = reports.getLast();
        assertEquals(Optional.of(Outcome.SUCCEEDED), first.outcome());
        assertEquals(List.of((long) ARCHIVE.length, 0L), List.of(first.fetched(), first.present()));
        var second = reports.getFirst();
        assertEquals(List.of(0L, (long) ARCHIVE.length), List.of(second.fetched(), second.present()));
        assertEquals(List.of(1, 1), List.of(second.layersDone(), second.layers()));
        assertTrue(second.summary().endsWith("1 of 1 layers"), second.summary());
        var asked = String.join("\n", second.consulted());
        for (var part : List.of(
                TestStore.certificates(directory).resolve(registry.host() + "/hosts.toml") + ": not there",
                "credentials for " + registry.host() + ": none",
                "HEAD http://" + registry.host() + MANIFEST + ": status 200")) {
            assertTrue(asked.contains(part), asked);
        }
        var totals = store.store.pullTotals();
        assertEquals(new PullTotals(ARCHIVE.length, Map.of(Outcome.SUCCEEDED, 2L), 0), totals);
    }

    @Test
    void aContentTypeMayBeMissingOrHaveParameters() throws Exception {
        registry.document(MANIFEST, TestImage.MANIFEST_TYPE + "; charset=utf-8", image.manifest);
        store.pull(name());
        registry.document("/v2/app/manifests/bare", "", image.manifest);
        assertEquals(image.config.toString(), store.pull(name() + ":bare").id());
    }

    @Test
    void anIndexMayHoldAnIndexAndAnEntryThatSaysNothing() throws Exception {
        registry.manifest(Digest.of(image.index()).toString(), TestImage.INDEX_TYPE, image.index());
        var outer = index(TestImage.descriptor(TestImage.INDEX_TYPE, image.index()));
        registry.manifest("latest", TestImage.INDEX_TYPE, outer);
        assertEquals(image.config.toString(), store.pull(name()).id());
    }

    private static byte[] index(Map<String, ?> entry) {
        return TestImage.json(Map.of("schemaVersion", 2, "manifests", List.of(entry)));
    }

    @Test
    void indexesThatNestTooDeeplyAreRefused() throws Exception {
        var inner = image.index();
        for (var depth = 0; depth < 5; depth++) {
            registry.manifest(Digest.of(inner).toString(), TestImage.INDEX_TYPE, inner);
            inner = index(TestImage.descriptor(TestImage.INDEX_TYPE, inner));
        }
        registry.manifest("latest", TestImage.INDEX_TYPE, inner);
        assertTrue(store.refusal(PullException.Unsupported.class, name()).contains("deep"));
    }

    @Test
    void anImageForAnotherPlatformIsRefusedBeforeItsLayers() throws Exception {
        var other = new LinkedHashMap<String, Object>(TestImage.descriptor(TestImage.MANIFEST_TYPE, image.manifest));
        other.put("platform", Map.of("os", "linux", "architecture", "s390x"));
        registry.manifest("latest", TestImage.INDEX_TYPE, index(other));
        var message = store.refusal(PullException.Unsupported.class, name());
        assertTrue(
                message.contains("linux/s390x")
                        && message.contains(Platform.host().toString()),
                message);
        assertEquals(List.of(MANIFEST), registry.requests);
    }

    @Test
    void anIndexThatListsNothingSaysSo() throws Exception {
        registry.manifest(
                "latest", TestImage.INDEX_TYPE, TestImage.json(Map.of("schemaVersion", 2, "manifests", List.of())));
        var message = store.refusal(PullException.Unsupported.class, name());
        assertTrue(message.endsWith("it lists no image at all"), message);
    }

    /** Some builders call the config just bytes. */
    @Test
    void aConfigOfAnOddTypeIsTakenForWhatItHolds() throws Exception {
        var manifest = new String(image.manifest, StandardCharsets.UTF_8)
                .replace("application/vnd.oci.image.config.v1+json", "application/octet-stream");
        registry.manifest("latest", TestImage.MANIFEST_TYPE, manifest.getBytes(StandardCharsets.UTF_8));
        assertEquals(image.config.toString(), store.pull(name()).id());
    }
}
