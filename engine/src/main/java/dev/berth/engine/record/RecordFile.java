package dev.berth.engine.record;

import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.datatype.jdk8.Jdk8Module;
import dev.berth.engine.oci.Mistake;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.Optional;

/**
 * One record in one file. Written to a temporary file and renamed, so that a reader sees the old record or the new. Not
 * synced: the records lie on a file system that a reboot empties, or are worth nothing after one.
 */
public final class RecordFile<T> {
    private static final JsonMapper JSON = JsonMapper.builder()
            .addModule(new Jdk8Module())
            .defaultPropertyInclusion(
                    JsonInclude.Value.construct(JsonInclude.Include.NON_ABSENT, JsonInclude.Include.NON_ABSENT))
            .disable(DeserializationFeature.FAIL_ON_UNKNOWN_PROPERTIES)
            .build();

    private final Path file;
    private final Class<T> type;

    public RecordFile(Path file, Class<T> type) {
        this.file = file;
        this.type = type;
    }

    public Optional<T> read() throws IOException {
        try {
            var record = JSON.readValue(Files.readAllBytes(file), type);
            if (record == null) {
                throw new IOException(file + " holds no record");
            }
            return Optional.of(record);
        } catch (JsonProcessingException e) {
            throw new IOException(file + " is damaged: " + Mistake.in(e), e);
        } catch (NoSuchFileException _) {
            return Optional.empty();
        }
    }

    public void write(T record) throws IOException {
        var temporary = file.resolveSibling(file.getFileName() + ".tmp");
        Files.write(temporary, JSON.writeValueAsBytes(record));
        Files.move(temporary, file, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
    }
}
