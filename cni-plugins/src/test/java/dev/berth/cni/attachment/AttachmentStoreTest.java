package dev.berth.cni.attachment;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.berth.cni.document.Json;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

final class AttachmentStoreTest {
    private static final AttachmentRecord INTENT = new AttachmentRecord(
            "pod",
            "eth0",
            "K8S_POD_NAME=p",
            true,
            Json.object().put("name", "net"),
            Json.object(),
            false,
            Optional.empty());
    private static final AttachmentRecord FINISHED = INTENT.with(Json.object().put("cniVersion", "1.1.0"));

    private final Path file;
    private final AttachmentStore store;

    AttachmentStoreTest(@TempDir Path directory) throws IOException {
        file = directory.resolve("pod.json");
        store = AttachmentStore.open(directory);
    }

    @Test
    void theResultCountsOnceItIsThere() throws IOException {
        assertEquals(Optional.empty(), store.load("pod"));
        store.save(INTENT);
        assertEquals(Optional.of(INTENT), store.load("pod"));
        store.save(FINISHED);
        assertEquals(Optional.of(FINISHED), store.load("pod"));
        assertEquals(List.of("pod"), store.sandboxIds());
        store.delete("pod");
        assertEquals(Optional.empty(), store.load("pod"));
        assertEquals(List.of(), store.sandboxIds());
    }

    @Test
    void aDelThatHasBegunIsRemembered() throws IOException {
        store.save(INTENT);
        store.save(FINISHED);
        AttachmentRecord leaving = store.leaving(FINISHED);
        assertEquals(FINISHED.result(), leaving.result());
        assertEquals(Optional.of(leaving), store.load("pod"));
        assertTrue(leaving.leaving());
    }

    @Test
    void aResultThatWasWrittenHalfwayLeavesWhatWasThereBefore() throws IOException {
        store.save(INTENT);
        long intent = Files.size(file);
        store.save(FINISHED);
        byte[] whole = Files.readAllBytes(file);
        for (int size = (int) intent; size < whole.length - 2; size++) {
            Files.write(file, Arrays.copyOf(whole, size));
            assertEquals(Optional.of(INTENT), store.load("pod"), "cut to " + size + " bytes");
        }
    }

    @Test
    void aFileThatAPowerFailureGarbledStillSaysThatThereWasAnAttachment() throws IOException {
        for (String garbled : List.of("", "{\"containerId\": \"po", "\0\0\0\0")) {
            Files.writeString(file, garbled, StandardOpenOption.CREATE, StandardOpenOption.TRUNCATE_EXISTING);
            assertEquals(Optional.of(AttachmentRecord.lost("pod")), store.load("pod"));
        }
    }
}
