package dev.berth.engine.sandbox;

import dev.berth.engine.pod.PodFiles;
import dev.berth.engine.record.RecordFile;
import dev.berth.engine.record.Trees;
import dev.berth.engine.request.UserNamespace;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Optional;

/**
 * What one sandbox has on disk.
 *
 * @param path below the state directory: its record and its shim's files
 * @param podFiles below the root directory: the pod's own files, which its containers can write to. The state directory is
 *     memory that they must not be able to use up
 */
public record SandboxDirectory(Path path, Path podFiles) {
    void create() throws IOException {
        Trees.createPrivate(path);
        Trees.createPrivate(podFiles);
    }

    /** To the root of the pod's user namespace, who the shim then is: it writes its files here. */
    void give(UserNamespace users) throws IOException {
        Trees.give(path, users.uids().host(), users.gids().host());
    }

    /** The record goes last: until then a restart comes back to it. */
    void delete() throws IOException {
        Trees.delete(podFiles);
        Trees.delete(path);
    }

    void save(SandboxRecord record) throws IOException {
        file().write(record);
    }

    Optional<SandboxRecord> load() throws IOException {
        return file().read();
    }

    public PodFiles files() {
        return new PodFiles(podFiles);
    }

    private RecordFile<SandboxRecord> file() {
        return new RecordFile<>(path.resolve("sandbox.json"), SandboxRecord.class);
    }
}
