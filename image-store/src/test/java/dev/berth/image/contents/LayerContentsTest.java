package dev.berth.image.contents;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.berth.image.TestTar;
import dev.berth.image.layer.LayerBlob;
import dev.berth.image.layer.UnpackedLayer;
import dev.berth.image.layer.limit.UnpackLimits;
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
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** What was written down of a layer makes its archive again, and shows each change to its tree. */
final class LayerContentsTest {
    @TempDir
    Path directory;

    private LayerDirectory layer = new LayerDirectory(Path.of("/nowhere"));
    private int layers;

    @BeforeEach
    void fresh() throws IOException {
        layer = new LayerDirectory(Files.createDirectory(directory.resolve("layer-" + ++layers)));
        Files.createDirectory(layer.tree());
    }

    private UnpackedLayer unpack(byte[] archive) throws IOException {
        var unpacked = new LayerBlob(Digest.of(archive), archive.length, Digest.of(archive))
                .unpack(new ByteArrayInputStream(archive), layer, UnpackLimits.DEFAULT);
        Files.writeString(layer.path().resolve("sealed"), "");
        return unpacked;
    }

    private Optional<String> fault(UnpackedLayer unpacked, Depth depth) throws Exception {
        try (var top = Directory.open(layer.path());
                var check = new LayerCheck(
                        layer, unpacked.seal(), top.status("sealed").orElseThrow(), depth)) {
            return check.fault(() -> {});
        }
    }

    private byte[] archive(UnpackedLayer unpacked) throws IOException {
        var made = new ByteArrayOutputStream();
        new LayerArchive(layer, unpacked.seal()).write(made, unpacked.diffId());
        return made.toByteArray();
    }

    private void comesBack(byte[] archive) throws Exception {
        var unpacked = unpack(archive);
        assertEquals(archive.length, unpacked.archiveSize());
        assertEquals(Optional.empty(), fault(unpacked, Depth.CONTENT));
        assertArrayEquals(archive, archive(unpacked));
    }

    /** Read byte by byte it would take hours. */
    @Test
    @Timeout(20)
    void aLongHoleIsCheckedQuickly() throws Exception {
        var record = "GNU.sparse.size=1099511627776\n33 GNU.sparse.map=549755813888,0\n";
        var unpacked = unpack(new TestTar()
                .raw("hole", 'x', ("33 " + record).getBytes(StandardCharsets.UTF_8))
                .file("hole", "")
                .bytes());
        assertEquals(1L << 40, Files.size(layer.tree().resolve("hole")));
        assertEquals(Optional.empty(), fault(unpacked, Depth.CONTENT));
        var file = layer.tree().resolve("hole");
        var times = Files.getLastModifiedTime(file);
        try (var inside = new RandomAccessFile(file.toFile(), "rw")) {
            inside.seek(1L << 38);
            inside.write(1);
        }
        Files.setLastModifiedTime(file, times);
        assertTrue(fault(unpacked, Depth.CONTENT).orElse("").contains("another content"));
    }

    private static TestTar tar() {
        return new TestTar()
                .directory("usr/bin", 0755)
                .file("usr/bin/tool", new byte[300_000], 04755, 3, 42, Map.of("SCHILY.xattr.user.colour", "red"))
                .hardLink("usr/bin/other", "usr/bin/tool")
                .symlink("bin", "usr/bin")
                .file("bin/through", "a link")
                .device("dev/null", 1, 3)
                .file("etc/.wh.gone", "")
                .file("opt/.wh..wh..opq", "")
                .file("etc/" + "long".repeat(60), "name")
                .file("etc/n\u00e4me", "8 bits");
    }

    @Test
    void theArchiveIsMadeAgainByteForByte() throws Exception {
        comesBack(tar().bytes());
    }

    @Test
    void whatIsNotAnEntryComesBackToo() throws Exception {
        var plain = tar().bytes();
        var filled = Arrays.copyOf(plain, plain.length + 20_000);
        filled[plain.length + 10_000] = 1;
        comesBack(filled);
        fresh();
        comesBack(new byte[0]);
        fresh();
        comesBack(new byte[1024]);
        fresh();
        comesBack(new TestTar().file("a/.wh.whiteout", "with content").bytes());
    }

    @Test
    void whatALaterEntryReplacedComesBackToo() throws Exception {
        comesBack(new TestTar()
                .directory(".", 0755)
                .directory("d", 0755)
                .file("d/x", "one")
                .hardLink("d/y", "d/x")
                .file("d/x", "two")
                .directory("d", 0700)
                .file("d/inner/z", "three")
                .file("d", "now a file")
                .directory("d", 0711)
                .file("d/x", "four")
                .directory("d/inner", 0700)
                .directory("d", 0755)
                .directory(".", 0711)
                .symlink("l", "d")
                .file("l/through", "five")
                .directory("l", 0755)
                .file("l/through", "six")
                .file("w/.wh.a", "")
                .file("w/a", "seven")
                .bytes());
        assertEquals("four", Files.readString(layer.tree().resolve("d/x")));
        assertEquals("six", Files.readString(layer.tree().resolve("l/through")));
        assertEquals("five", Files.readString(layer.tree().resolve("d/through")));
    }

    @Test
    void sparseFilesOfGnuTarComeBack() throws Exception {
        var source = Files.createDirectory(directory.resolve("source"));
        try (var file = new RandomAccessFile(source.resolve("sparse").toFile(), "rw");
                var hole = new RandomAccessFile(source.resolve("hole").toFile(), "rw")) {
            file.seek(1 << 20);
            file.write(new byte[] {1, 2, 3});
            file.setLength(3 << 20);
            hole.setLength(1 << 20);
        }
        for (var format : List.of("gnu", "posix")) {
            var process = new ProcessBuilder("tar", "--format=" + format, "-S", "-c", "-C", source.toString(), ".")
                    .redirectError(ProcessBuilder.Redirect.INHERIT)
                    .start();
            fresh();
            comesBack(process.getInputStream().readAllBytes());
            assertEquals(1 << 20, Files.size(layer.tree().resolve("hole")));
            assertArrayEquals(
                    Files.readAllBytes(source.resolve("sparse")),
                    Files.readAllBytes(layer.tree().resolve("sparse")));
        }
    }

    private interface Damage {
        void to(Path tree) throws IOException;
    }

    private void isFound(Damage damage, String expected) throws Exception {
        fresh();
        var unpacked = unpack(tar().bytes());
        assertEquals(Optional.empty(), fault(unpacked, Depth.ATTRIBUTES));
        damage.to(layer.tree());
        var fault = fault(unpacked, Depth.ATTRIBUTES).orElse("nothing found");
        assertTrue(fault.contains(expected), fault);
    }

    @Test
    void everyChangeIsFoundWithoutReadingWhatDidNotChange() throws Exception {
        isFound(tree -> Files.delete(tree.resolve("usr/bin/through")), "usr/bin/through is missing");
        isFound(tree -> Files.writeString(tree.resolve("usr/bin/planted"), "x"), "names in all");
        isFound(tree -> Files.write(tree.resolve("usr/bin/tool"), new byte[0]), "usr/bin/tool has size 0, not 300000");
        isFound(
                tree -> {
                    var time = Files.getLastModifiedTime(tree.resolve("usr/bin/through"));
                    Files.writeString(tree.resolve("usr/bin/through"), "b link");
                    Files.setLastModifiedTime(tree.resolve("usr/bin/through"), time);
                },
                "usr/bin/through has another content");
        isFound(tree -> Files.setAttribute(tree.resolve("usr/bin/tool"), "unix:mode", 0755), "mode 0755, not 04755");
        isFound(tree -> Files.setAttribute(tree.resolve("usr/bin/tool"), "unix:uid", 0), "user 0, not 3");
        isFound(
                tree -> Files.setLastModifiedTime(tree.resolve("usr/bin/through"), FileTime.fromMillis(5)),
                "modification time");
        isFound(
                tree -> {
                    Files.delete(tree.resolve("bin"));
                    Files.createSymbolicLink(tree.resolve("bin"), Path.of("/etc"));
                    Files.setAttribute(
                            tree.resolve("bin"), "lastModifiedTime", FileTime.fromMillis(0), LinkOption.NOFOLLOW_LINKS);
                },
                "bin ");
        isFound(
                tree -> {
                    Files.delete(tree.resolve("usr/bin/other"));
                    Files.copy(tree.resolve("usr/bin/tool"), tree.resolve("usr/bin/other"));
                },
                "no hard link");
        isFound(
                tree -> {
                    Files.delete(tree.resolve("etc/gone"));
                    Files.writeString(tree.resolve("etc/gone"), "back");
                },
                "etc/gone is no whiteout");
        isFound(
                tree -> {
                    try (var opened = Directory.open(tree);
                            var file = opened.exactly("opt")) {
                        Attributes.extended(
                                file.fd(), "trusted.overlay.opaque", "n".getBytes(StandardCharsets.US_ASCII));
                    }
                },
                "opt does not hide");
        isFound(tree -> Files.write(layer.contents(), new byte[] {1}), "list of contents");
    }

    @Test
    void aDamagedLayerMakesNoArchive() throws Exception {
        var unpacked = unpack(tar().bytes());
        Files.write(layer.tree().resolve("usr/bin/tool"), new byte[10]);
        assertThrows(IOException.class, () -> archive(unpacked));
    }
}
