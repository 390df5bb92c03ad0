package dev.berth.image.archive;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.json.JsonMapper;
import dev.berth.image.DockerRegistry;
import dev.berth.image.ImageStore;
import dev.berth.image.StoreSettings;
import dev.berth.image.catalog.Image;
import dev.berth.image.contents.Depth;
import dev.berth.image.oci.ImageReference;
import dev.berth.image.pull.PullRequest;
import dev.berth.image.registry.Registries;
import dev.berth.linux.fs.Attributes;
import dev.berth.linux.fs.Directory;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Images as umoci, buildah and skopeo make them, by every way in, and out again to be read by them. */
final class OtherBuildersTest {
    private static final JsonMapper JSON = new JsonMapper();

    @TempDir
    Path directory;

    private Path layout = Path.of("/nowhere");

    private ImageStore store() throws IOException {
        var store = ImageStore.open(directory.resolve("store"), new Registries(directory), StoreSettings.DEFAULT);
        store.leasesRestored();
        return store;
    }

    private void run(String... command) throws IOException, InterruptedException {
        var builder = new ProcessBuilder(command).redirectErrorStream(true).directory(directory.toFile());
        builder.environment().put("XDG_RUNTIME_DIR", directory.toString());
        builder.environment().put("TMPDIR", directory.toString());
        var process = builder.start();
        var output = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        assertEquals(0, process.waitFor(), String.join(" ", command) + ": " + output);
    }

    /** A first layer with a shell and what tar formats differ in, a second one that takes away and replaces. */
    @BeforeEach
    void build() throws Exception {
        layout = directory.resolve("layout");
        run("umoci", "init", "--layout", layout.toString());
        run("umoci", "new", "--image", layout + ":v1");
        run(
                "umoci",
                "unpack",
                "--image",
                layout + ":v1",
                directory.resolve("bundle").toString());
        var root = directory.resolve("bundle/rootfs");
        Files.createDirectories(root.resolve("bin"));
        Files.copy(Path.of("/bin/busybox"), root.resolve("bin/busybox"));
        Files.createLink(root.resolve("bin/sh"), root.resolve("bin/busybox"));
        Files.createSymbolicLink(root.resolve("bin/ls"), Path.of("busybox"));
        Files.createDirectories(root.resolve("etc/old"));
        Files.writeString(root.resolve("etc/old/file"), "old");
        Files.writeString(root.resolve("etc/" + "n".repeat(180)), "long");
        Files.writeString(root.resolve("etc/\u00fcber"), "utf-8");
        Files.setAttribute(root.resolve("etc/old/file"), "unix:uid", 3_000_000);
        Files.setAttribute(root.resolve("bin/busybox"), "unix:mode", 04755);
        // cap_net_raw as setcap writes it
        var capability = new byte[] {1, 0, 0, 2, 0, 32, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0};
        try (var bin = Directory.open(root.resolve("bin"));
                var busybox = bin.file("busybox")) {
            Attributes.extended(busybox, "user.colour", "red".getBytes(StandardCharsets.US_ASCII));
            Attributes.extended(busybox, "security.capability", capability);
        }
        run(
                "umoci",
                "repack",
                "--refresh-bundle",
                "--image",
                layout + ":v1",
                directory.resolve("bundle").toString());
        run("rm", "-r", root.resolve("etc/old").toString());
        Files.writeString(root.resolve("etc/new"), "new");
        run(
                "umoci",
                "repack",
                "--image",
                layout + ":v1",
                directory.resolve("bundle").toString());
        run("umoci", "config", "--image", layout + ":v1", "--config.cmd", "/bin/sh");
    }

    private static void isTheImage(ImageStore store, Image image) throws Exception {
        assertEquals(2, image.layers().size());
        var lower = image.layers().getFirst();
        var busybox = lower.resolve("bin/busybox");
        assertEquals(-1, Files.mismatch(Path.of("/bin/busybox"), busybox));
        assertEquals(04755, (int) Files.getAttribute(busybox, "unix:mode") & 07777);
        assertTrue(Files.isSameFile(busybox, lower.resolve("bin/sh")));
        assertEquals(Path.of("busybox"), Files.readSymbolicLink(lower.resolve("bin/ls")));
        assertEquals("long", Files.readString(lower.resolve("etc/" + "n".repeat(180))));
        assertEquals(3_000_000, Files.getAttribute(lower.resolve("etc/old/file"), "unix:uid"));
        try (var bin = Directory.open(lower.resolve("bin"));
                var file = bin.file("busybox")) {
            assertArrayEquals(
                    "red".getBytes(StandardCharsets.US_ASCII),
                    Attributes.extended(file, "user.colour").orElseThrow());
            assertEquals(20, Attributes.extended(file, "security.capability").orElseThrow().length);
        }
        var upper = image.layers().getLast();
        assertEquals(0L, Files.getAttribute(upper.resolve("etc/old"), "unix:rdev", LinkOption.NOFOLLOW_LINKS));
        assertEquals("new", Files.readString(upper.resolve("etc/new")));
        store.check(Depth.CONTENT, false, fault -> {
            throw new AssertionError(fault.toString());
        });
    }

    private static List<Image> load(ImageStore store, Path archive, Optional<String> name) throws Exception {
        try (var arriving = store.importing()) {
            var bytes = Files.readAllBytes(archive);
            for (var at = 0; at < bytes.length; at += 100_000) {
                arriving.write(ByteBuffer.wrap(bytes, at, Math.min(100_000, bytes.length - at)));
            }
            return arriving.finish(name);
        }
    }

    private String idOfLayout() throws IOException {
        var index = JSON.readTree(layout.resolve("index.json").toFile());
        var manifest = index.path("manifests").path(0).path("digest").asText().substring("sha256:".length());
        return JSON.readTree(layout.resolve("blobs/sha256").resolve(manifest).toFile())
                .path("config")
                .path("digest")
                .asText();
    }

    private Path packed(Path source) throws Exception {
        var tar = directory.resolve("packed.tar");
        run("tar", "-C", source.toString(), "-cf", tar.toString(), ".");
        return tar;
    }

    @Test
    void anImageOfUmociIsPulledFromARegistry() throws Exception {
        try (var registry = DockerRegistry.start(directory);
                var store = store()) {
            var name = registry.host() + "/umoci:v1";
            run("skopeo", "copy", "--dest-tls-verify=false", "oci:" + layout + ":v1", "docker://" + name);
            var image = store.pull(PullRequest.anonymous(ImageReference.parse(name)));
            assertEquals(idOfLayout(), image.id());
            isTheImage(store, image);
        }
    }

    @Test
    void anImageThatSkopeoCompressedWithZstdIsPulled() throws Exception {
        try (var registry = DockerRegistry.start(directory);
                var store = store()) {
            var name = registry.host() + "/zstd:v1";
            run(
                    "skopeo",
                    "copy",
                    "--dest-tls-verify=false",
                    "--dest-compress-format=zstd",
                    "--dest-compress",
                    "oci:" + layout + ":v1",
                    "docker://" + name);
            isTheImage(store, store.pull(PullRequest.anonymous(ImageReference.parse(name))));
        }
    }

    @Test
    void anOciLayoutIsImported() throws Exception {
        try (var store = store()) {
            var image = load(store, packed(layout), Optional.of("example.org/team/app"))
                    .getFirst();
            assertEquals(idOfLayout(), image.id());
            assertEquals(List.of("example.org/team/app:latest"), image.repoTags());
            isTheImage(store, image);
        }
    }

    @Test
    void aLayoutThatNamesOnlyTagsIsFoundByItsId() throws Exception {
        try (var store = store()) {
            assertEquals(
                    List.of(),
                    load(store, packed(layout), Optional.empty()).getFirst().repoTags());
            assertTrue(store.find(idOfLayout()).isPresent());
        }
    }

    @Test
    void aDockerArchiveOfSkopeoIsImported() throws Exception {
        var archive = directory.resolve("docker.tar");
        run("skopeo", "copy", "oci:" + layout + ":v1", "docker-archive:" + archive + ":example.org/app:one");
        try (var store = store()) {
            var image = load(store, archive, Optional.empty()).getFirst();
            assertEquals(List.of("example.org/app:one"), image.repoTags());
            isTheImage(store, image);
        }
    }

    @Test
    void anImageOfBuildahIsImported() throws Exception {
        var context = Files.createDirectory(directory.resolve("context"));
        Files.copy(Path.of("/bin/busybox"), context.resolve("busybox"));
        Files.writeString(context.resolve("Containerfile"), """
                FROM scratch
                COPY busybox /bin/busybox
                ENV MADE=buildah
                CMD ["/bin/busybox"]
                """);
        var archive = directory.resolve("buildah.tar");
        var storage = List.of("--storage-driver=vfs", "--root", directory + "/r", "--runroot", directory + "/rr");
        runWith("buildah", storage, "bud", "--isolation=chroot", "-t", "example.org/built:1", context.toString());
        runWith("buildah", storage, "push", "example.org/built:1", "docker-archive:" + archive);
        try (var store = store()) {
            var image = load(store, archive, Optional.of("example.org/built:1")).getFirst();
            assertTrue(image.config().env().contains("MADE=buildah"));
            assertEquals(
                    -1,
                    Files.mismatch(
                            Path.of("/bin/busybox"), image.layers().getFirst().resolve("bin/busybox")));
        }
    }

    private void runWith(String program, List<String> options, String... rest) throws Exception {
        var command = new ArrayList<>(List.of(program));
        command.addAll(options);
        command.addAll(List.of(rest));
        run(command.toArray(String[]::new));
    }

    @Test
    void whatIsExportedIsReadByTheOthersAsTheSameImage() throws Exception {
        try (var store = store()) {
            var image = load(store, packed(layout), Optional.of("example.org/app:v1"))
                    .getFirst();
            var archive = directory.resolve("exported.tar");
            try (var out = Files.newOutputStream(archive)) {
                store.export(List.of("example.org/app:v1"), out);
            }
            store.remove(image.id());
            assertEquals(List.of(), store.list());
            var again = load(store, archive, Optional.empty()).getFirst();
            assertEquals(image.id(), again.id());
            assertEquals(image.repoTags(), again.repoTags());
            isTheImage(store, again);
            run("skopeo", "copy", "oci-archive:" + archive + ":v1", "oci:" + directory.resolve("back") + ":v1");
            run(
                    "umoci",
                    "unpack",
                    "--image",
                    directory.resolve("back") + ":v1",
                    directory.resolve("un").toString());
            assertEquals(-1, Files.mismatch(Path.of("/bin/busybox"), directory.resolve("un/rootfs/bin/busybox")));
            assertTrue(Files.exists(directory.resolve("un/rootfs/etc/new")));
            assertTrue(Files.notExists(directory.resolve("un/rootfs/etc/old")));
            run("skopeo", "copy", "docker-archive:" + archive, "dir:" + directory.resolve("dir"));
            var config = JSON.readTree(directory.resolve("dir/manifest.json").toFile())
                    .path("config")
                    .path("digest")
                    .asText();
            assertEquals(image.id(), config);
        }
    }
}
