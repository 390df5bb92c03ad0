package dev.berth.e2e;

import java.nio.file.Path;

/** Where things are in the source tree: the system property {@code berth.top} names its top. */
public record Checkout(Path top) {
    public static Checkout current() {
        return new Checkout(
                Path.of(System.getProperty("berth.top", "..")).toAbsolutePath().normalize());
    }

    public Path berthd() {
        return top.resolve("dist/berth/bin/berthd");
    }

    Path images() {
        return top.resolve("test-e2e/images/images.py");
    }

    Path hostState() {
        return top.resolve("test-e2e/host-state");
    }

    /** A program that mounts what never answers. */
    public Path silentMount() {
        return top.resolve("test-e2e/silent-mount");
    }

    /** A program built by {@code test-e2e/tools/build}. */
    public Path tool(String name) {
        return top.resolve("test-e2e/target").resolve(name);
    }
}
