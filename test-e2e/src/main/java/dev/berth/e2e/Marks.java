package dev.berth.e2e;

import java.nio.file.Path;
import java.util.List;

/** The names that one runtime under test uses, unlike those of any other on this host: all follow from its folder. */
public record Marks(Path folder, String key) {

    public static Marks of(Path folder) {
        return new Marks(
                folder, "%04x".formatted(Math.floorMod(folder.toString().hashCode(), 1 << 15)));
    }

    public String bridge() {
        return "bt" + key + "x" + Long.toString(ProcessHandle.current().pid(), 36);
    }

    public String cgroup() {
        return "/berth-test-" + ProcessHandle.current().pid() + "-" + key;
    }

    /** A /24 of 10.128.0.0/9 without its last part. */
    public String network() {
        var number = Integer.parseInt(key, 16);
        return "10.%d.%d".formatted(128 + number / 256, number % 256);
    }

    public String subnet() {
        return network() + ".0/24";
    }

    public String subnet6() {
        return "fd42:be:" + Integer.toHexString(Integer.parseInt(key, 16)) + "::/64";
    }

    /** What to look for on the host. */
    public List<String> texts() {
        return List.of(folder.toString(), bridge(), cgroup().substring(1), network() + ".");
    }
}
