package dev.berth.image.layer.tree;

import dev.berth.image.layer.limit.LayerException;
import java.util.ArrayList;
import java.util.List;

/** Where an entry of a layer stands below the layer's root: its directory and its name, both without "." and "..". */
record EntryPath(String parent, String name) {
    /** A leading slash means the layer's root, as to every unpacker; an entry that climbs is refused. */
    static EntryPath of(String path) throws LayerException {
        var parts = parts(path);
        if (parts.isEmpty()) {
            return new EntryPath("", "");
        }
        var last = parts.size() - 1;
        return new EntryPath(String.join("/", parts.subList(0, last)), parts.get(last));
    }

    private static List<String> parts(String path) throws LayerException {
        var parts = new ArrayList<String>();
        for (var start = 0; start <= path.length(); ) {
            var slash = path.indexOf('/', start);
            var end = slash < 0 ? path.length() : slash;
            var part = path.substring(start, end);
            if (part.equals("..")) {
                throw new LayerException.Refused("entry '" + path + "' has '..' in its path");
            }
            if (!part.isEmpty() && !part.equals(".")) {
                parts.add(part);
            }
            start = end + 1;
        }
        return parts;
    }

    boolean isRoot() {
        return name.isEmpty();
    }

    @Override
    public String toString() {
        return parent.isEmpty() ? name : parent + "/" + name;
    }
}
