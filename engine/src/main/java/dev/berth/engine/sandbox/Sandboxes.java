package dev.berth.engine.sandbox;

import dev.berth.engine.operation.Turns;
import dev.berth.engine.record.IdIndex;
import dev.berth.engine.record.Trees;
import dev.berth.shim.Shim;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Set;
import java.util.stream.Collectors;

/** The sandboxes of this node: where they lie on disk, and what they are now. */
public final class Sandboxes {
    private final Path directory;
    private final Path podFiles;
    private final IdIndex<Sandbox> index = new IdIndex<>("sandbox");
    private final Turns turns;

    public Sandboxes(Path stateDirectory, Path rootDirectory, Turns turns) {
        this.directory = stateDirectory.resolve("sandboxes");
        this.podFiles = rootDirectory.resolve("sandboxes");
        this.turns = turns;
    }

    /** The sandboxes by id. */
    public IdIndex<Sandbox> index() {
        return index;
    }

    public Turns turns() {
        return turns;
    }

    public SandboxDirectory directory(String id) {
        return new SandboxDirectory(directory.resolve(id), podFiles.resolve(id));
    }

    /** Ids of all sandboxes that have a directory. */
    public Set<String> onDisk() throws IOException {
        return Trees.children(directory).stream()
                .map(each -> each.getFileName().toString())
                .collect(Collectors.toSet());
    }

    /** Deletes the files of pods that are no more, as after a reboot. */
    void sweepPodFiles() throws IOException {
        var live = onDisk();
        for (Path files : Trees.children(podFiles)) {
            if (!live.contains(files.getFileName().toString())) {
                Trees.delete(files);
            }
        }
    }

    Path parent() {
        return directory;
    }

    /** Makes a sandbox whose shim holds its namespaces visible, and watches that shim. */
    void enter(SandboxRecord record, Shim holder) {
        index.put(record.id(), new Sandbox(record, new SandboxState.Ready(holder)));
        Thread.ofVirtual().name("sandbox " + record.id()).start(new HolderWatch(index, record.id(), holder));
    }

    /** Makes a sandbox without a live shim visible. */
    void enterNotReady(SandboxRecord record) {
        index.put(record.id(), new Sandbox(record, new SandboxState.NotReady()));
    }

    /** Writes a changed record, then shows it. */
    void update(SandboxRecord record) throws IOException {
        directory(record.id()).save(record);
        index.replace(record.id(), sandbox -> sandbox.with(record));
    }
}
