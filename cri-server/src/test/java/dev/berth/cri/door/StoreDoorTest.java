package dev.berth.cri.door;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.berth.engine.failure.EngineException;
import dev.berth.engine.image.CallerGone;
import dev.berth.engine.image.StoreVerbs;
import dev.berth.engine.operation.Operations;
import dev.berth.image.ImageStore;
import dev.berth.image.StoreSettings;
import dev.berth.image.archive.TarWriter;
import dev.berth.image.check.Fault;
import dev.berth.image.oci.Digest;
import dev.berth.image.oci.Platform;
import dev.berth.image.registry.Registries;
import io.grpc.Status;
import io.grpc.StatusRuntimeException;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Archives and faults over the socket, in many messages. */
final class StoreDoorTest {
    @TempDir
    Path directory;

    private final byte[] content = new byte[5_000_000];
    private final List<AutoCloseable> open = new ArrayList<>();

    private record Ends(ImageStore store, StoreChannel channel) {}

    @BeforeEach
    void fill() {
        new Random(1).nextBytes(content);
    }

    private Ends ends() throws IOException {
        var store = ImageStore.open(directory.resolve("store"), new Registries(directory), StoreSettings.DEFAULT);
        open.add(store);
        store.leasesRestored();
        var operations = new Operations(Thread.ofPlatform().daemon().factory(), Optional.empty());
        var socket = directory.resolve("socket");
        open.add(CriServer.start(socket, List.of(new StoreDoor(new StoreVerbs(store, operations)).bindService())));
        var channel = StoreChannel.open(socket);
        open.add(channel);
        return new Ends(store, channel);
    }

    @AfterEach
    void close() throws Exception {
        for (var each : open.reversed()) {
            each.close();
        }
    }

    private byte[] archive() throws IOException {
        var layer = new ByteArrayOutputStream();
        var files = new TarWriter(layer);
        files.file("large", content);
        files.finish();
        var config = """
                {"os":"linux","architecture":"%s","config":{},"rootfs":{"type":"layers","diff_ids":["%s"]}}""".formatted(Platform.host().architecture(), Digest.of(layer.toByteArray()))
                .getBytes(StandardCharsets.UTF_8);
        var archive = new ByteArrayOutputStream();
        var tar = new TarWriter(archive);
        tar.file("layer.tar", layer.toByteArray());
        tar.file("config.json", config);
        var manifest = "[{\"Config\":\"config.json\",\"RepoTags\":[\"example.org/a:b\"],\"Layers\":[\"layer.tar\"]}]";
        tar.file("manifest.json", manifest.getBytes(StandardCharsets.UTF_8));
        tar.finish();
        return archive.toByteArray();
    }

    @Test
    void anImageGoesInAndOutAndInAgainAsTheSame() throws Exception {
        var ends = ends();
        var archive = archive();
        var first = ends.channel.importArchive("", out -> out.write(archive));
        assertTrue(first.endsWith(" example.org/a:b"), first);
        byte[] exported;
        try (var in = ends.channel.export(List.of("example.org/a:b"))) {
            exported = in.readAllBytes();
        }
        ends.store.remove("example.org/a:b");
        assertEquals(first, ends.channel.importArchive("", out -> out.write(exported)));
        var tree = ends.store.list().getFirst().layers().getFirst();
        assertArrayEquals(content, Files.readAllBytes(tree.resolve("large")));
    }

    @Test
    void aFaultIsToldAndRepairedOverTheSocket() throws Exception {
        var ends = ends();
        var archive = archive();
        ends.channel.importArchive("", out -> out.write(archive));
        var faults = new ArrayList<Fault>();
        ends.channel.check(true, false, faults::add);
        assertEquals(List.of(), faults);
        Files.writeString(ends.store.list().getFirst().layers().getFirst().resolve("large"), "short");
        ends.channel.check(false, true, faults::add);
        assertEquals(1, faults.size());
        assertTrue(faults.getFirst().toString().contains("large has size 5, not 5000000"), faults.toString());
        assertEquals(List.of(), ends.store.list());
    }

    @Test
    void whatCannotBeDoneHasAStatus() throws Exception {
        var channel = ends().channel;
        var rubbish = assertThrows(
                StatusRuntimeException.class, () -> channel.importArchive("", out -> out.write(new byte[3_000_000])));
        assertEquals(Status.Code.DATA_LOSS, rubbish.getStatus().getCode());
        try (var none = channel.export(List.of("example.org/none"))) {
            var failure = assertThrows(StatusRuntimeException.class, none::readAllBytes);
            assertEquals(Status.Code.NOT_FOUND, failure.getStatus().getCode());
        }
    }

    @Test
    void anExportThatNobodyWaitsForEndsAsCancelled() throws Exception {
        var ends = ends();
        var archive = archive();
        ends.channel.importArchive("", out -> out.write(archive));
        var verbs = new StoreVerbs(
                ends.store, new Operations(Thread.ofPlatform().daemon().factory(), Optional.empty()));
        var gone = new OutputStream() {
            @Override
            public void write(int value) throws IOException {
                throw new CallerGone();
            }
        };
        var failure = assertThrows(EngineException.class, () -> verbs.export(List.of("example.org/a:b"), gone));
        assertEquals(EngineException.Code.CANCELLED, failure.code());
    }

    @Test
    void aCallerThatGoesLeavesNothing() throws Exception {
        var ends = ends();
        assertThrows(
                IOException.class,
                () -> ends.channel.importArchive("", out -> {
                    out.write(archive(), 0, 3_000_000);
                    throw new IOException("gone");
                }));
        assertEquals(List.of(), ends.store.list());
        try (var left = Files.list(directory.resolve("store/staging"))) {
            assertEquals(0, left.count());
        }
    }
}
