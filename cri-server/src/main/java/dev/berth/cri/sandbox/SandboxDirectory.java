package dev.berth.cri.sandbox;

import dev.berth.cri.record.RecordFile;
import dev.berth.cri.record.Trees;
import dev.berth.cri.spec.PodFiles;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Optional;

/** One sandbox's directory below the state directory: its record, its pod's files and its shim's files. */
public record SandboxDirectory(Path path) {
    void create() throws IOException {
        Trees.createPrivate(path);
    }

    void delete() throws IOException {
        Trees.delete(path);
    }

    void save(SandboxRecord record) throws IOException {
        file().write(record);
    }

    Optional<SandboxRecord> load() throws IOException {
        return file().read();
    }

    public PodFiles files() {
        return new PodFiles(path);
    }

    private RecordFile<SandboxRecord> file() {
        return new RecordFile<>(path.resolve("sandbox.json"), SandboxRecord.class);
    }
}
