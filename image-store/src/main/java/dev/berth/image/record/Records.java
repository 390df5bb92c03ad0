package dev.berth.image.record;

import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.json.JsonMapper;
import dev.berth.linux.fs.Attributes;
import dev.berth.linux.fs.Directory;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;

/** Reads and writes the store's small files; a written one is there whole or not at all, also after a loss of power. */
public final class Records {
    private static final JsonMapper MAPPER = JsonMapper.builder()
            .disable(DeserializationFeature.FAIL_ON_UNKNOWN_PROPERTIES)
            .enable(DeserializationFeature.FAIL_ON_NULL_CREATOR_PROPERTIES)
            .enable(DeserializationFeature.FAIL_ON_MISSING_CREATOR_PROPERTIES)
            .build();

    private Records() {}

    public static <T> T read(Path file, Class<T> type) throws IOException {
        return MAPPER.readValue(Files.readAllBytes(file), type);
    }

    public static byte[] encode(Object document) throws IOException {
        return MAPPER.writeValueAsBytes(document);
    }

    public static void write(ImageRecord record, StorePaths paths) throws IOException {
        write(paths.image(record.id()), encode(record), paths.staging());
    }

    /** The temporary file stands in {@code staging}, which must be of the same file system. */
    public static void write(Path file, byte[] content, Path staging) throws IOException {
        var temporary = Files.createTempFile(staging, "record", "");
        try (var channel = FileChannel.open(temporary, StandardOpenOption.WRITE)) {
            var bytes = ByteBuffer.wrap(content);
            while (bytes.hasRemaining()) {
                channel.write(bytes);
            }
            channel.force(true);
        }
        Files.move(temporary, file, StandardCopyOption.ATOMIC_MOVE);
        try (var directory = Directory.open(file.resolveSibling("."))) {
            Attributes.sync(directory.fd());
        }
    }
}
