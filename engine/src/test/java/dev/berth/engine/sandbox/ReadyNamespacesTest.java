package dev.berth.engine.sandbox;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.berth.linux.net.NetworkNamespace;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;
import java.util.concurrent.locks.LockSupport;
import org.junit.jupiter.api.Test;

final class ReadyNamespacesTest {
    private static final long LIMIT_NANOS = 20_000_000_000L;
    private static final long PAUSE_NANOS = 1_000_000L;

    @Test
    void eachIsNewAndHasItsLoopbackUp() throws IOException {
        var namespaces = ReadyNamespaces.of(2);
        try (var first = await(namespaces);
                var second = await(namespaces)) {
            assertNotEquals(inode(first), inode(second));
            assertNotEquals(Files.readSymbolicLink(Path.of("/proc/self/ns/net")), inode(first));
            assertTrue(first.routes().link("lo").orElseThrow().up());
            assertEquals(1, second.routes().links().size());
        }
    }

    @Test
    void anotherIsMadeOnlyWhenTheTakerIsDone() throws IOException {
        var namespaces = ReadyNamespaces.of(1);
        var first = await(namespaces);
        var taken = inode(first);
        assertEquals(Optional.empty(), namespaces.take());
        namespaces.replace(first);
        try (var second = await(namespaces)) {
            assertNotEquals(taken, inode(second));
        }
    }

    @Test
    void ofNoneThereIsNeverOne() {
        assertEquals(Optional.empty(), ReadyNamespaces.of(0).take());
    }

    private static ReadyNamespace await(ReadyNamespaces namespaces) {
        long end = System.nanoTime() + LIMIT_NANOS;
        while (true) {
            var ready = namespaces.take();
            if (ready.isPresent()) {
                return ready.get();
            }
            assertTrue(System.nanoTime() < end, "no namespace is made");
            LockSupport.parkNanos(PAUSE_NANOS);
        }
    }

    private static Path inode(ReadyNamespace namespace) throws IOException {
        return NetworkNamespace.call(
                namespace.netns(), () -> Files.readSymbolicLink(Path.of("/proc/thread-self/ns/net")));
    }
}
