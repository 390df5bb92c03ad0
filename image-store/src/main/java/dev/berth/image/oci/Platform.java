package dev.berth.image.oci;

import java.util.Locale;

/** The operating system and processor an image is made for, in the words of the OCI image specification. */
public record Platform(String os, String architecture, String variant) {
    public Platform {
        if (os.isEmpty() || architecture.isEmpty()) {
            throw new IllegalArgumentException("a platform needs an operating system and an architecture");
        }
    }

    /** A platform as a document writes it: some say a processor by the name that the kernel has for it. */
    static Platform of(String os, String architecture, String variant) {
        var known = architecture.toLowerCase(Locale.ROOT);
        var system = os.toLowerCase(Locale.ROOT);
        return switch (known) {
            case "x86_64", "x86-64" -> new Platform(system, "amd64", variant);
            case "aarch64" -> new Platform(system, "arm64", variant);
            case "armhf" -> new Platform(system, "arm", "v7");
            case "armel" -> new Platform(system, "arm", "v6");
            case "i386" -> new Platform(system, "386", variant);
            default -> new Platform(system, known, variant);
        };
    }

    /** The platform of this host. */
    public static Platform host() {
        var name = System.getProperty("os.arch", "").toLowerCase(Locale.ROOT);
        return switch (name) {
            case "amd64", "x86_64" -> new Platform("linux", "amd64", ProcessorLevel.host());
            case "aarch64", "arm64" -> new Platform("linux", "arm64", "v8");
            case "arm" -> new Platform("linux", "arm", "v7");
            default -> new Platform("linux", name, "");
        };
    }

    /** Whether this host runs what was made for another platform. */
    public boolean runs(Platform other) {
        return os.equals(other.os) && architecture.equals(other.architecture) && distance(other) >= 0;
    }

    /** How far below this one another variant is; negative if it is above. */
    int distance(Platform other) {
        return level() - other.level();
    }

    /** Variants are "v" and a number; left out, they mean v8 on arm64, v7 on arm and v1 elsewhere. */
    private int level() {
        if (variant.matches("v?[0-9]{1,2}")) {
            return Integer.parseInt(variant.replace("v", ""));
        }
        return switch (architecture) {
            case "arm64" -> 8;
            case "arm" -> 7;
            default -> 1;
        };
    }

    @Override
    public String toString() {
        return os + "/" + architecture + (variant.isEmpty() ? "" : "/" + variant);
    }
}
