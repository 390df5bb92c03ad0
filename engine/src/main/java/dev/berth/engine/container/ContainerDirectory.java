package dev.berth.engine.container;

import com.fasterxml.jackson.core.JsonProcessingException;
import dev.berth.engine.oci.Mistake;
import dev.berth.engine.oci.Spec;
import dev.berth.engine.oci.SpecJson;
import dev.berth.engine.record.RecordFile;
import dev.berth.engine.record.Times;
import dev.berth.engine.record.Trees;
import dev.berth.shim.directory.ShimDirectory;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;

/** One container's directory below the state directory: its record, its OCI spec and its shim's files. */
public record ContainerDirectory(Path path) {
    void create() throws IOException {
        Trees.createPrivate(path);
    }

    void delete() throws IOException {
        Trees.delete(path);
    }

    void save(ContainerRecord record) throws IOException {
        new RecordFile<>(path.resolve("container.json"), ContainerRecord.class).write(record);
    }

    Optional<ContainerRecord> load() throws IOException {
        return new RecordFile<>(path.resolve("container.json"), ContainerRecord.class).read();
    }

    void saveSpec(Spec spec) throws IOException {
        Files.write(specFile(), SpecJson.write(spec));
    }

    /** The OCI spec the container runs by. */
    public Spec spec() throws IOException {
        try {
            return SpecJson.read(Files.readAllBytes(specFile()));
        } catch (JsonProcessingException e) {
            throw new IOException(specFile() + " is damaged: " + Mistake.in(e), e);
        }
    }

    /** When the container's command started, in nanoseconds since the epoch: the shim writes its pid file just before. */
    long startedAt() throws IOException {
        return Times.nanos(Files.getLastModifiedTime(pidFile()).toInstant());
    }

    /** Whether a shim ever came as far as to start the container's command. */
    boolean started() {
        return Files.exists(pidFile());
    }

    private Path pidFile() {
        return new ShimDirectory(path).pid();
    }

    /** Remembers an end that no shim recorded. */
    void saveEnd(ContainerState.Exited end) throws IOException {
        ends().write(end);
    }

    Optional<ContainerState.Exited> loadEnd() throws IOException {
        return ends().read();
    }

    private RecordFile<ContainerState.Exited> ends() {
        return new RecordFile<>(path.resolve("end.json"), ContainerState.Exited.class);
    }

    private Path specFile() {
        return path.resolve("config.json");
    }
}
