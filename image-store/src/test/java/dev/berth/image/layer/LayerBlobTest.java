package dev.berth.image.layer;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.github.luben.zstd.Zstd;
import com.github.luben.zstd.ZstdCompressCtx;
import dev.berth.image.TestTar;
import dev.berth.image.contents.LayerDirectory;
import dev.berth.image.layer.limit.LayerException;
import dev.berth.image.layer.limit.UnpackLimits;
import dev.berth.image.layer.tree.InheritedDirectories;
import dev.berth.image.oci.Digest;
import dev.berth.linux.fs.Attributes;
import dev.berth.linux.fs.Directory;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.RandomAccessFile;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.zip.GZIPOutputStream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Layers as people make them, and as attackers do; none of the latter may change anything outside the target. */
final class LayerBlobTest {
    @TempDir
    Path directory;

    private LayerDirectory layer = new LayerDirectory(Path.of("/nowhere"));
    private Path target = Path.of("/nowhere");
    private int layers;
    private Path outside = Path.of("/nowhere");

    @BeforeEach
    void prepare() throws IOException {
        fresh("layer");
        outside = Files.createDirectory(directory.resolve("outside"));
        Files.writeString(outside.resolve("victim"), "untouched");
    }

    private void fresh(String name) throws IOException {
        layer = new LayerDirectory(Files.createDirectory(directory.resolve(name)));
        target = Files.createDirectory(layer.tree());
    }

    private UnpackedLayer unpack(byte[] archive, byte[] blob, UnpackLimits limits) throws IOException {
        if (Files.exists(layer.contents())) {
            fresh("layer-" + ++layers);
        }
        return new LayerBlob(Digest.of(blob), blob.length, Digest.of(archive))
                .unpack(new ByteArrayInputStream(blob), layer, limits);
    }

    private UnpackedLayer unpack(TestTar tar) throws IOException {
        var archive = tar.bytes();
        return unpack(archive, archive, UnpackLimits.DEFAULT);
    }

    private void refused(TestTar tar) throws IOException {
        assertThrows(LayerException.class, () -> unpack(tar));
        nothingOutsideChanged();
    }

    private void nothingOutsideChanged() throws IOException {
        assertEquals("untouched", Files.readString(outside.resolve("victim")));
        try (var entries = Files.list(outside)) {
            assertEquals(1, entries.count());
        }
        try (var entries = Files.list(directory)) {
            assertTrue(entries.allMatch(entry ->
                    entry.equals(outside) || entry.getFileName().toString().startsWith("layer")));
        }
    }

    private Object attribute(String path, String name) throws IOException {
        return Files.getAttribute(target.resolve(path), name, LinkOption.NOFOLLOW_LINKS);
    }

    private Optional<String> opaque(String path) throws IOException {
        try (var opened = Directory.open(target.resolve(path))) {
            return Attributes.extended(opened.fd(), "trusted.overlay.opaque")
                    .map(value -> new String(value, StandardCharsets.US_ASCII));
        }
    }

    private boolean isWhiteout(String path) throws IOException {
        return attribute(path, "unix:rdev").equals(0L) && ((int) attribute(path, "unix:mode") & 0170000) == 0020000;
    }

    @Test
    void filesKeepModeOwnerTimeAndContent() throws Exception {
        var content = new byte[300_000];
        Arrays.fill(content, (byte) 7);
        unpack(new TestTar()
                .directory("usr", 0750)
                .file("usr/big", content, 04755, 0, 42, Map.of())
                .file("usr/" + "n".repeat(200), "long"));
        assertArrayEquals(content, Files.readAllBytes(target.resolve("usr/big")));
        assertEquals(04755, (int) attribute("usr/big", "unix:mode") & 07777);
        assertEquals(42, attribute("usr/big", "unix:gid"));
        assertEquals(0750, (int) attribute("usr", "unix:mode") & 07777);
        assertEquals(FileTime.fromMillis(1_700_000_000_000L), attribute("usr/big", "lastModifiedTime"));
        assertEquals(FileTime.fromMillis(1_600_000_000_000L), attribute("usr", "lastModifiedTime"));
        assertEquals("long", Files.readString(target.resolve("usr/" + "n".repeat(200))));
    }

    @Test
    void linksDevicesAndCapabilitiesAreKept() throws Exception {
        // a capability of version 2 with cap_net_raw
        var capability = new String(
                new byte[] {1, 0, 0, 2, 0, 32, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0}, StandardCharsets.US_ASCII);
        unpack(new TestTar()
                .file("ping", new byte[] {1}, 0755, 0, 0, Map.of("SCHILY.xattr.security.capability", capability))
                .hardLink("again", "ping")
                .symlink("link", "/outside/../anything")
                .device("null", 1, 3));
        try (var root = Directory.open(target)) {
            assertEquals(2, root.status("ping").orElseThrow().links());
        }
        assertEquals(Path.of("/outside/../anything"), Files.readSymbolicLink(target.resolve("link")));
        assertEquals(0x103L, attribute("null", "unix:rdev"));
        assertArrayEquals(
                capability.getBytes(StandardCharsets.ISO_8859_1),
                extended("ping", "security.capability").orElseThrow());
    }

    private Optional<byte[]> extended(String name, String attribute) throws IOException {
        try (var root = Directory.open(target);
                var file = root.file(name)) {
            return Attributes.extended(file, attribute);
        }
    }

    @Test
    void whiteoutsBecomeWhatOverlayfsKnows() throws Exception {
        unpack(new TestTar()
                .file("a/.wh.gone", "")
                .file("b/.wh..wh..opq", "")
                .file(".wh.c", "")
                .directory("c", 0755)
                .file("c/new", "x")
                .file("d/kept", "x")
                .file(".wh.d", "")
                .file(".wh..wh.plnk", ""));
        assertTrue(isWhiteout("a/gone"));
        assertEquals(Optional.of("y"), opaque("b"));
        assertEquals(Optional.of("y"), opaque("c"));
        assertEquals(Optional.of("y"), opaque("d"));
        assertTrue(Files.exists(target.resolve("c/new")) && Files.exists(target.resolve("d/kept")));
        assertFalse(Files.exists(target.resolve(".wh..wh.plnk")));
    }

    @Test
    void aLaterEntryReplacesAnEarlierOneOfItsName() throws Exception {
        unpack(new TestTar()
                .file("x", "first")
                .file("x", "second")
                .directory("dir", 0755)
                .file("dir/inner", "1")
                .file("dir", "now a file")
                .symlink("s", "x")
                .directory("s", 0700)
                .file("s/inner", "2"));
        assertEquals("second", Files.readString(target.resolve("x")));
        assertEquals("now a file", Files.readString(target.resolve("dir")));
        assertFalse(Files.isSymbolicLink(target.resolve("s")));
        assertEquals("2", Files.readString(target.resolve("s/inner")));
    }

    @Test
    void aPathThroughALinkStaysBelowTheLayersRoot() throws Exception {
        unpack(new TestTar()
                .directory("usr/lib", 0755)
                .symlink("lib", "/usr/lib")
                .file("lib/libc.so", "elf"));
        assertEquals("elf", Files.readString(target.resolve("usr/lib/libc.so")));
    }

    @Test
    void attributesThatSteerOverlayfsAreDropped() throws Exception {
        var archive = new TestTar()
                .file("f", new byte[0], 0644, 0, 0, Map.of("SCHILY.xattr.trusted.overlay.redirect", "/etc"))
                .directory("d", 0755);
        unpack(archive);
        assertEquals(Optional.empty(), extended("f", "trusted.overlay.redirect"));
    }

    @Test
    void cve_2021_32760_aHardLinkOutOfTheLayerIsRefused() throws Exception {
        refused(new TestTar().hardLink("x", outside.resolve("victim").toString()));
        refused(new TestTar().symlink("out", outside.toString()).hardLink("x", "out/victim"));
        refused(new TestTar().hardLink("y", "../outside/victim"));
    }

    @Test
    void cve_2021_32760_aLinkDoesNotLetAModeThrough() throws Exception {
        Files.setAttribute(outside.resolve("victim"), "unix:mode", 0600);
        unpack(new TestTar().symlink("x", outside.resolve("victim").toString()).file("x", "mine"));
        nothingOutsideChanged();
        assertEquals(0600, (int) Files.getAttribute(outside.resolve("victim"), "unix:mode") & 07777);
        assertEquals("mine", Files.readString(target.resolve("x")));
    }

    @Test
    void cve_2025_47290_writingThroughALinkChangesNothingOutside() throws Exception {
        refused(new TestTar().symlink("out", outside.toString()).file("out/planted", "x"));
        refused(new TestTar().symlink("up", "../../../../../../.." + outside).file("up/planted", "x"));
        refused(new TestTar().symlink("self", "/proc/self/root" + outside).file("self/planted", "x"));
        refused(new TestTar().symlink("loop", "loop").file("loop/x", "x"));
    }

    @Test
    void aPathThatClimbsIsRefused() throws Exception {
        refused(new TestTar().file("../outside/planted", "x"));
        refused(new TestTar().file("a/../../outside/planted", "x"));
        refused(new TestTar().file("..", "x"));
        refused(new TestTar().file(".wh...", "x"));
        refused(new TestTar().file("a/.wh..", "x"));
    }

    @Test
    void anAbsolutePathIsBelowTheLayersRoot() throws Exception {
        unpack(new TestTar().file(outside.resolve("victim").toString(), "inside"));
        nothingOutsideChanged();
        assertEquals(
                "inside",
                Files.readString(
                        target.resolve(outside.resolve("victim").toString().substring(1))));
    }

    @Test
    void aBombIsStopped() throws Exception {
        var archive = new TestTar()
                .file("zeros", new byte[8 << 20], 0644, 0, 0, Map.of())
                .bytes();
        var limits = new UnpackLimits(1 << 20, 10, 10, 0);
        assertThrows(LayerException.Refused.class, () -> unpack(archive, Zstd.compress(archive), limits));
        var many = new TestTar();
        for (var i = 0; i < 20; i++) {
            many.file("f" + i, "");
        }
        var entries = many.bytes();
        assertThrows(
                LayerException.Refused.class, () -> unpack(entries, entries, new UnpackLimits(1 << 30, 10, 10, 0)));
    }

    @Test
    void gzipOfSeveralMembersIsReadToItsEnd() throws Exception {
        var archive = new TestTar()
                .file("a", "x".repeat(5000))
                .file("b", "y".repeat(5000))
                .bytes();
        var bytes = new ByteArrayOutputStream();
        for (var half : List.of(
                Arrays.copyOf(archive, archive.length / 2),
                Arrays.copyOfRange(archive, archive.length / 2, archive.length))) {
            try (var out = new GZIPOutputStream(bytes)) {
                out.write(half);
            }
        }
        unpack(archive, bytes.toByteArray(), UnpackLimits.DEFAULT);
        assertEquals("y".repeat(5000), Files.readString(target.resolve("b")));
    }

    @Test
    void anArchiveThatIsNotTheOnePromisedIsCorrupt() {
        var archive = new TestTar().file("a", "x").bytes();
        var blob = new LayerBlob(Digest.of(archive), archive.length, Digest.of(new byte[0]));
        assertThrows(
                LayerException.Corrupt.class,
                () -> blob.unpack(new ByteArrayInputStream(archive), layer, UnpackLimits.DEFAULT));
    }

    @Test
    void aTruncatedOrScrambledArchiveIsCorrupt() {
        var archive = new TestTar().file("a", "x".repeat(3000)).bytes();
        var cut = Arrays.copyOf(archive, 2000);
        assertThrows(LayerException.Corrupt.class, () -> unpack(cut, cut, UnpackLimits.DEFAULT));
        var scrambled = archive.clone();
        scrambled[3] ^= 0x55;
        assertThrows(LayerException.Corrupt.class, () -> unpack(scrambled, scrambled, UnpackLimits.DEFAULT));
        var noGzip = new byte[] {0x1f, (byte) 0x8b, 8, 0, 0, 0, 0, 0, 0, 0, 1, 2, 3};
        assertThrows(LayerException.Corrupt.class, () -> unpack(noGzip, noGzip, UnpackLimits.DEFAULT));
    }

    @Test
    void archivesOfGnuTarWithHolesAndOddNamesAreRead() throws Exception {
        var source = Files.createDirectory(directory.resolve("source"));
        try (var file = new RandomAccessFile(source.resolve("sparse").toFile(), "rw")) {
            file.seek(1 << 20);
            file.write(new byte[] {1, 2, 3});
            file.setLength(3 << 20);
        }
        var expected = Files.readAllBytes(source.resolve("sparse"));
        for (var format : List.of("gnu", "pax", "oldgnu")) {
            var tar = directory.resolve(format + ".tar");
            var process = new ProcessBuilder(
                            "tar",
                            "--format=" + (format.equals("pax") ? "posix" : format),
                            "-S",
                            "-cf",
                            tar.toString(),
                            "-C",
                            source.toString(),
                            ".")
                    .inheritIO()
                    .start();
            assertEquals(0, process.waitFor());
            var archive = Files.readAllBytes(tar);
            assertTrue(archive.length < 1 << 20, "tar stored the holes");
            fresh(format);
            unpack(archive, archive, UnpackLimits.DEFAULT);
            assertArrayEquals(expected, Files.readAllBytes(target.resolve("sparse")));
        }
    }

    @Test
    void aDirectoryThatNoEntryDescribesIsLikeTheOneBelowIt() throws Exception {
        var lower = target;
        unpack(new TestTar().directory("tmp", 01777).file("tmp/x", "1"));
        fresh("upper");
        var unpacked = unpack(new TestTar().file("tmp/y", "2").file("opt/z", "3"));
        assertEquals(Set.of("tmp", "opt"), unpacked.implied());
        InheritedDirectories.apply(target, unpacked.implied(), List.of(lower));
        assertEquals(01777, (int) attribute("tmp", "unix:mode") & 07777);
        assertEquals(FileTime.fromMillis(1_600_000_000_000L), attribute("tmp", "lastModifiedTime"));
        assertEquals(0755, (int) attribute("opt", "unix:mode") & 07777);
    }

    @Test
    void whatALaterEntryMovedAsideTakesNoMoreEntries() throws Exception {
        unpack(new TestTar()
                .directory("d", 0755)
                .file("d/before", "1")
                .symlink("d", "elsewhere")
                .directory("d", 0755)
                .file("d/after", "2"));
        assertEquals("2", Files.readString(target.resolve("d/after")));
        assertFalse(Files.exists(target.resolve("d/before")));
        assertFalse(Files.exists(layer.replaced().resolve("1/after")));
    }

    @Test
    void aHardLinkToADeepPlaceThatIsNotThereIsRefused() throws Exception {
        refused(new TestTar().file("x", "1").hardLink("y", "a/".repeat(40) + "z"));
    }

    @Test
    void aHardLinkMayNeedMoreNewDirectoriesThanAreKeptOpen() throws Exception {
        var deep = "d/".repeat(20);
        unpack(new TestTar().file("usr/bin/tool", "x").hardLink(deep + "link", "usr/bin/tool"));
        assertEquals(attribute("usr/bin/tool", "unix:ino"), attribute(deep + "link", "unix:ino"));
    }

    @Test
    void directoriesWhosePathsTogetherAreTooLongAreRefused() throws Exception {
        var deep = ("n".repeat(200) + "/").repeat(19);
        var tar = new TestTar();
        for (var i = 0; i < 2_300; i++) {
            tar.raw("././@LongLink", 'L', (deep + i + "/file").getBytes(StandardCharsets.US_ASCII))
                    .file("file", "");
        }
        var refusal = assertThrows(LayerException.Refused.class, () -> unpack(tar));
        assertTrue(String.valueOf(refusal.getMessage()).contains("does not describe"));
    }

    @Test
    void aSparseMapOfTooManyPiecesIsRefused() throws Exception {
        var pieces = new StringBuilder();
        for (var i = 0; i < 70_000; i++) {
            pieces.append(i == 0 ? "" : ",").append(2 * i).append(",1");
        }
        var record = " GNU.sparse.map=" + pieces + "\n";
        var length = record.length() + Integer.toString(record.length() + 6).length();
        refused(new TestTar()
                .raw("header", 'x', (length + record).getBytes(StandardCharsets.US_ASCII))
                .file("sparse", ""));
    }

    @Test
    void aDeviceHasTheModeOfItsEntryWhateverTheUmask() throws Exception {
        unpack(new TestTar().device("null", 1, 3));
        assertEquals(0666, (int) attribute("null", "unix:mode") & 07777);
    }

    @Test
    void aWindowOfTheZstdCommandsLongModeIsRead() throws Exception {
        var archive = new TestTar().file("a", "x".repeat(5000)).bytes();
        try (var compressor = new ZstdCompressCtx().setLong(27)) {
            unpack(archive, compressor.compress(archive), UnpackLimits.DEFAULT);
        }
        assertEquals("x".repeat(5000), Files.readString(target.resolve("a")));
    }
}
