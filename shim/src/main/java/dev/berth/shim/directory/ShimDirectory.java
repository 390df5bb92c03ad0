package dev.berth.shim.directory;

import java.nio.file.Path;

/** The directory of one supervised object, and the names of the shim's files in it. */
public record ShimDirectory(Path path) {
    /** The control socket. */
    public Path socket() {
        return path.resolve("shim.sock");
    }

    /** Locked from before the shim is spawned until it is gone. */
    public Path lock() {
        return path.resolve("lock");
    }

    /** Which processes the shim and its init are; written before the init's program runs. */
    public Path pid() {
        return path.resolve("pid");
    }

    /** The exit record; written before anyone is told. */
    public Path exit() {
        return path.resolve("exit");
    }
}
