package dev.berth.cgroup.hierarchy;

import java.util.ArrayList;
import java.util.List;

/** A cgroup's path below the roots of the hierarchies: absolute, at least one component, nothing that climbs. */
public record CgroupPath(String text) {
    /** PATH_MAX less room for the mount point and a file's name. */
    private static final int LONGEST = 3800;

    private static final int LONGEST_COMPONENT = 255;

    public CgroupPath {
        if (!text.startsWith("/")) {
            throw invalid(
                    text,
                    isSystemd(text)
                            ? "is the systemd driver's form (slice:prefix:name); use cgroupfs paths"
                            : "is not absolute");
        }
        if (text.length() > LONGEST) {
            throw invalid(text.substring(0, 64) + "...", "is longer than " + LONGEST);
        }
        for (String component : text.substring(1).split("/", -1)) {
            check(text, component);
        }
    }

    /** This path's ancestors, the topmost first, without the root and itself. */
    public List<String> parents() {
        var parents = new ArrayList<String>();
        for (int slash = text.indexOf('/', 1); slash > 0; slash = text.indexOf('/', slash + 1)) {
            parents.add(text.substring(0, slash));
        }
        return parents;
    }

    private static boolean isSystemd(String text) {
        return text.contains(".slice:");
    }

    private static void check(String text, String component) {
        if (component.isEmpty()) {
            throw invalid(text, "has an empty component");
        }
        if (component.equals(".") || component.equals("..")) {
            throw invalid(text, "has a \"" + component + "\" component");
        }
        if (component.length() > LONGEST_COMPONENT) {
            throw invalid(text, "has a component longer than " + LONGEST_COMPONENT);
        }
        if (component.chars().anyMatch(c -> c < ' ' || c == 0x7f)) {
            throw invalid(text, "has a control character");
        }
    }

    private static IllegalArgumentException invalid(String text, String why) {
        return new IllegalArgumentException("cgroup path \"" + text.replaceAll("\\p{Cntrl}", "?") + "\" " + why);
    }
}
