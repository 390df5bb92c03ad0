package dev.berth.engine.runtime;

import dev.berth.engine.oci.Spec;
import dev.berth.engine.oci.SpecJson;
import dev.berth.engine.record.Trees;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;

/** The directory that an OCI runtime makes a container from; what it mounts is seen by the runtime alone. */
public record Bundle(Path directory) {
    /** The bundle of a container, in its directory. */
    public static Bundle in(Path container) {
        return new Bundle(container.resolve("bundle"));
    }

    /** Where the root file system is mounted. */
    public Path rootfs() {
        return directory.resolve("rootfs");
    }

    /** Where the source of a mount is mounted, by its place in the spec. */
    public Path mount(int index) {
        return directory.resolve("mounts").resolve(Integer.toString(index));
    }

    /** Writes the document that the runtime reads. */
    public void write(Spec spec) throws IOException {
        Trees.createPrivate(rootfs());
        Files.write(directory.resolve("config.json"), SpecJson.write(spec));
    }
}
