package dev.berth.cri.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.berth.cri.api.berth.CheckRequest;
import dev.berth.cri.api.berth.CheckResponse;
import dev.berth.cri.api.berth.StoreServiceGrpc;
import dev.berth.cri.config.ConfigurationFile;
import dev.berth.cri.door.CriServer;
import dev.berth.image.ImageStore;
import dev.berth.image.StoreSettings;
import dev.berth.image.registry.Registries;
import io.grpc.Status;
import io.grpc.StatusRuntimeException;
import io.grpc.stub.StreamObserver;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A check through a daemon, or in place of one. */
final class FsckTest {
    @TempDir
    Path directory;

    private final ByteArrayOutputStream shown = new ByteArrayOutputStream();

    @BeforeEach
    void emptyStore() throws IOException {
        ImageStore.open(directory.resolve("root"), new Registries(directory), StoreSettings.DEFAULT)
                .close();
    }

    private int check() throws Exception {
        var file = Files.writeString(
                directory.resolve("config.toml"),
                "root = \"%s\"\nlisten = \"%s\"\n".formatted(directory.resolve("root"), socket()));
        var out = new PrintStream(shown, true, StandardCharsets.UTF_8);
        return new Fsck(ConfigurationFile.read(file), false, false).run(out);
    }

    private Path socket() {
        return directory.resolve("socket");
    }

    @Test
    void withoutADaemonTheStoreIsLookedAtItself() throws Exception {
        assertEquals(0, check());
        assertEquals("no faults\n", shown.toString(StandardCharsets.UTF_8));
    }

    /** Ends the call as a connection does that breaks. */
    private static final class Dying extends StoreServiceGrpc.StoreServiceImplBase {
        @Override
        public void check(CheckRequest request, StreamObserver<CheckResponse> observer) {
            observer.onNext(CheckResponse.newBuilder().setSubject("a layer").build());
            observer.onError(Status.UNAVAILABLE.asRuntimeException());
        }
    }

    @Test
    void aDaemonThatDiesOnTheWayIsAnErrorAndNotASecondLook() throws Exception {
        try (var _ = CriServer.start(socket(), List.of(new Dying().bindService()))) {
            var failure = assertThrows(StatusRuntimeException.class, this::check);
            assertEquals(Status.Code.UNAVAILABLE, failure.getStatus().getCode());
        }
        var text = shown.toString(StandardCharsets.UTF_8);
        assertEquals(1, text.lines().count(), text);
        assertTrue(text.contains("a layer"), text);
    }
}
