package dev.berth.cgroup.v2;

import dev.berth.cgroup.hierarchy.CgroupPath;
import dev.berth.cgroup.hierarchy.Hierarchies;
import dev.berth.cgroup.resource.Resources;
import dev.berth.cgroup.resource.ResourcesBuilder;
import dev.berth.cgroup.resource.Write;
import dev.berth.linux.ErrnoException;
import dev.berth.linux.kernfs.Kernfs;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.regex.Pattern;

/** The {@code unified} map of the OCI runtime specification: v2 files by name. */
public final class UnifiedFiles {
    private static final Pattern NAME = Pattern.compile("[a-z]+(\\.[A-Za-z0-9_]+)+");
    private static final int LONGEST_VALUE = 4096;

    private UnifiedFiles() {}

    /** The writes for the map's entries. A file that the typed limits set to something else is a contradiction. */
    public static List<Write> writes(Hierarchies host, CgroupPath path, Resources resources, List<Write> typed) {
        if (resources.unified().isEmpty()) {
            return List.of();
        }
        if (!host.unified()) {
            throw new IllegalArgumentException("unified resources "
                    + resources.unified().keySet() + " need a cgroup v2 host; this one has v1 controllers");
        }
        var taken = new HashMap<String, String>();
        typed.forEach(write -> taken.put(write.file(), write.value()));
        var writes = new ArrayList<Write>();
        for (Map.Entry<String, String> entry : resources.unified().entrySet()) {
            check(host.controllers(), entry.getKey(), entry.getValue());
            String file = host.v2().orElseThrow() + path.text() + "/" + entry.getKey();
            if (!taken.getOrDefault(file, entry.getValue()).equals(entry.getValue())) {
                throw new IllegalArgumentException("unified resource " + entry.getKey() + "=" + entry.getValue()
                        + " contradicts the typed limit " + taken.get(file));
            }
            writes.add(Write.of(file, entry.getValue()));
        }
        return writes;
    }

    public static void read(Hierarchies host, CgroupPath path, Resources asked, ResourcesBuilder found)
            throws ErrnoException {
        if (host.unified()) {
            for (String name : asked.unified().keySet()) {
                found.unified(name, Kernfs.read(host.v2().orElseThrow() + path.text() + "/" + name));
            }
        }
    }

    /** Only files of a controller: cgroup.procs, cgroup.kill and their kind are not limits. */
    static void check(Set<String> controllers, String name, String value) {
        if (!NAME.matcher(name).matches()) {
            throw new IllegalArgumentException("unified resource \"" + name.replaceAll("\\p{Cntrl}", "?")
                    + "\" is not the name of a control file");
        }
        if (!controllers.contains(name.substring(0, name.indexOf('.')))) {
            throw new IllegalArgumentException(
                    "unified resource " + name + ": this host has no such controller, only " + controllers);
        }
        if (value.isBlank() || value.length() > LONGEST_VALUE || value.indexOf('\0') >= 0) {
            throw new IllegalArgumentException("unified resource " + name + " has an empty, oversized or binary value");
        }
    }
}
