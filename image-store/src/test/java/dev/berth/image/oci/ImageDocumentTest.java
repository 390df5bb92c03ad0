package dev.berth.image.oci;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

final class ImageDocumentTest {
    private static final String DIGEST = "sha256:e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855";
    private static final String DESCRIPTOR = "{\"mediaType\":\"x\",\"digest\":\"" + DIGEST + "\",\"size\":3}";
    private static final String MANIFEST =
            "{\"schemaVersion\":2,\"config\":" + DESCRIPTOR + ",\"layers\":[" + DESCRIPTOR + "]}";

    private static ImageDocument parse(String text, String servedAs) throws DocumentException {
        return ImageDocument.parse(text.getBytes(StandardCharsets.UTF_8), servedAs);
    }

    private static DocumentException refusal(String text) {
        return assertThrows(DocumentException.class, () -> parse(text, ""));
    }

    @Test
    void aManifestAndAnIndexAreTold() throws Exception {
        var manifest = assertInstanceOf(ImageDocument.Manifest.class, parse(MANIFEST, ""));
        assertEquals(3, manifest.layers().getFirst().size());
        assertInstanceOf(ImageDocument.Index.class, parse("{\"manifests\":[" + DESCRIPTOR + "]}", ""));
    }

    /** GHSA-5j5w-g665-5m35. */
    @Test
    void cve_2021_41190_aDocumentThatIsBothIsRefused() {
        refusal("{\"manifests\":[" + DESCRIPTOR + "],\"layers\":[" + DESCRIPTOR + "]}");
        refusal("{\"manifests\":[" + DESCRIPTOR + "],\"config\":" + DESCRIPTOR + "}");
        assertThrows(DocumentException.class, () -> parse(MANIFEST, "application/vnd.oci.image.index.v1+json"));
        refusal(MANIFEST.replaceFirst("\\{", "{\"mediaType\":\"application/vnd.oci.image.index.v1+json\","));
    }

    /** Depth, length and doubled keys of documents that strangers wrote. */
    @Test
    void cve_2023_25153_aDocumentThatIsTooDeepOrAmbiguousIsRefused() {
        refusal("{\"layers\":" + "[".repeat(5000) + "]".repeat(5000) + "}");
        refusal(MANIFEST.replaceFirst("\\{", "{\"config\":{},"));
        refusal(MANIFEST + "{}");
        refusal("<html>");
    }

    @Test
    void theOldSchemaIsSaidToBeUnsupported() {
        assertTrue(refusal("{\"schemaVersion\":1,\"fsLayers\":[]}").isUnsupported());
        assertFalse(refusal("{}").isUnsupported());
    }

    @Test
    void theBestVariantIsChosen() {
        var arm = new Platform("linux", "arm", "v7");
        var index = new ImageDocument.Index(List.of(
                descriptor("linux", "amd64", ""),
                descriptor("linux", "arm", "v8"),
                descriptor("linux", "arm", "v5"),
                descriptor("linux", "arm", "v6")));
        assertEquals(
                Optional.of(new Platform("linux", "arm", "v6")),
                index.select(arm).flatMap(Descriptor::platform));
        assertTrue(index.select(new Platform("linux", "riscv64", "")).isEmpty());
    }

    private static final String ENTRY = DESCRIPTOR.substring(0, DESCRIPTOR.length() - 1);

    private static Optional<Descriptor> select(Platform platform, String... entries) throws DocumentException {
        var index = assertInstanceOf(
                ImageDocument.Index.class, parse("{\"manifests\":[" + String.join(",", entries) + "]}", ""));
        return index.select(platform);
    }

    private static String entry(String os, String architecture, String variant) {
        return ENTRY
                + ",\"platform\":{\"os\":\"%s\",\"architecture\":\"%s\",\"variant\":\"%s\"}}"
                        .formatted(os, architecture, variant);
    }

    @Test
    void anAttestationIsNeverChosen() throws Exception {
        var host = new Platform("linux", "amd64", "");
        var attestation = ENTRY + ",\"annotations\":{\"vnd.docker.reference.type\":\"attestation-manifest\"},"
                + "\"platform\":{\"os\":\"unknown\",\"architecture\":\"unknown\"}}";
        var hidden = ENTRY + ",\"annotations\":{\"vnd.docker.reference.type\":\"attestation-manifest\"}}";
        assertTrue(
                select(host, attestation, hidden, entry("linux", "s390x", "")).isEmpty());
        assertEquals(
                Optional.of(host),
                select(host, attestation, hidden, entry("linux", "amd64", "")).flatMap(Descriptor::platform));
    }

    @Test
    void anEntryThatSaysNothingIsTheLastChoice() throws Exception {
        var host = new Platform("linux", "arm64", "v8");
        assertEquals(Optional.empty(), select(host, ENTRY + "}").orElseThrow().platform());
        assertTrue(select(host, ENTRY + "}", entry("linux", "aarch64", ""))
                .orElseThrow()
                .platform()
                .isPresent());
        assertTrue(select(host, ENTRY + ",\"artifactType\":\"application/x\"}").isEmpty());
    }

    @Test
    void aVariantAboveTheHostsOwnIsNotChosen() throws Exception {
        var host = new Platform("linux", "amd64", "");
        assertTrue(select(host, entry("linux", "amd64", "v3")).isEmpty());
        assertEquals(
                "",
                select(host, entry("linux", "amd64", "v2"), entry("Linux", "x86_64", ""))
                        .orElseThrow()
                        .platform()
                        .orElseThrow()
                        .variant());
        assertEquals(
                "8",
                select(new Platform("linux", "arm64", "v8"), entry("linux", "arm64", "9"), entry("linux", "arm64", "8"))
                        .orElseThrow()
                        .platform()
                        .orElseThrow()
                        .variant());
    }

    @ParameterizedTest
    @CsvSource({
        "v1, fpu sse2",
        "v2, fpu cx16 lahf_lm popcnt sse4_1 sse4_2 ssse3",
        "v1, cx16 lahf_lm popcnt sse4_1 sse4_2 avx avx2",
        "v3, cx16 lahf_lm popcnt sse4_1 sse4_2 ssse3 abm avx avx2 bmi1 bmi2 f16c fma movbe xsave avx512f"
    })
    void theProcessorSaysWhichVariantItRuns(String variant, String flags) throws Exception {
        var cpuinfo = "processor\t: 0\nvmx flags\t: cx16\nflags\t\t: " + flags + "\n\nprocessor\t: 1\nflags\t\t: \n";
        assertEquals(variant, ProcessorLevel.of(cpuinfo.lines()));
        var chosen = select(
                new Platform("linux", "amd64", variant),
                entry("linux", "amd64", "v4"),
                entry("linux", "amd64", "v3"),
                entry("linux", "amd64", ""),
                entry("linux", "amd64", "v2"));
        var expected = variant.equals("v1") ? "" : variant;
        assertEquals(Optional.of(new Platform("linux", "amd64", expected)), chosen.flatMap(Descriptor::platform));
    }

    private static Descriptor descriptor(String os, String architecture, String variant) {
        return new Descriptor("x", Digest.parse(DIGEST), 1, Optional.of(new Platform(os, architecture, variant)));
    }
}
