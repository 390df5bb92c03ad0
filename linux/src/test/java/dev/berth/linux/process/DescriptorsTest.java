package dev.berth.linux.process;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import dev.berth.linux.Errno;
import dev.berth.linux.ErrnoException;
import java.time.Duration;
import org.junit.jupiter.api.Test;

final class DescriptorsTest {
    private static final Duration PATIENCE = Duration.ofSeconds(10);

    @Test
    void allIsReadUpToTheEnd() throws Exception {
        var pipe = Pipe.open();
        try (pipe) {
            Descriptors.writeAll(pipe.writeEnd(), new byte[] {1, 2, 3});
            pipe.writeEnd().close();
            assertArrayEquals(new byte[] {1, 2, 3}, Descriptors.readAll(pipe.readEnd(), 100, PATIENCE));
        }
    }

    @Test
    void aPipeThatNobodyWritesToIsNotWaitedForForEver() throws Exception {
        var pipe = Pipe.open();
        try (pipe) {
            var late = assertThrows(
                    ErrnoException.class, () -> Descriptors.readAll(pipe.readEnd(), 100, Duration.ofMillis(20)));
            assertEquals(Errno.ETIMEDOUT, late.errno());
        }
    }
}
