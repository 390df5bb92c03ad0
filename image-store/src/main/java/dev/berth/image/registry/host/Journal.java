package dev.berth.image.registry.host;

import java.net.URI;
import java.util.ArrayList;
import java.util.List;

/**
 * What one pull consulted, in order: files, hosts, credentials by where they are from, answers. Secrets are never in it, nor are the
 * queries of addresses, which may be signed.
 */
public final class Journal {
    private static final int MOST = 200;
    private static final int LONGEST = 1000;

    private final List<String> lines = new ArrayList<>();

    public synchronized void note(String line) {
        if (lines.size() < MOST) {
            lines.add(line.length() > LONGEST ? line.substring(0, LONGEST) + "..." : line);
        } else if (lines.size() == MOST) {
            lines.add("and more, which is not kept");
        }
    }

    public synchronized List<String> lines() {
        return List.copyOf(lines);
    }

    public static String address(URI place) {
        return place.getScheme() + "://" + place.getAuthority() + place.getPath();
    }
}
