package dev.berth.image.credential;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Set;

/**
 * A registry as credentials are filed under it: a host with its port, and perhaps the beginning of a repository's path. Docker Hub
 * has one name, whatever it is called.
 */
public record ServerName(String host, String path) {
    private static final String DOCKER_HUB = "docker.io";
    private static final Set<String> DOCKER_HUB_NAMES = Set.of(DOCKER_HUB, "index.docker.io", "registry-1.docker.io");
    /** What Docker calls the Hub where it speaks to credential helpers. */
    private static final String DOCKER_HUB_URL = "https://index.docker.io/v1/";

    /** Reads "host", "host/path" and the URLs that Docker writes, such as "https://host/v1/". */
    public static ServerName parse(String text) {
        var scheme = text.indexOf("://");
        var place = (scheme < 0 ? text : text.substring(scheme + 3)).replaceAll("/+$", "");
        var slash = place.indexOf('/');
        var host = (slash < 0 ? place : place.substring(0, slash)).toLowerCase(Locale.ROOT);
        var path = slash < 0 ? "" : place.substring(slash + 1);
        var isApi = path.equals("v1") || path.equals("v2");
        return new ServerName(DOCKER_HUB_NAMES.contains(host) ? DOCKER_HUB : host, isApi ? "" : path);
    }

    /** The names to look under, the most special first. */
    List<ServerName> narrowestFirst() {
        var found = new ArrayList<ServerName>();
        for (var rest = path; !rest.isEmpty(); rest = rest.substring(0, Math.max(0, rest.lastIndexOf('/')))) {
            found.add(new ServerName(host, rest));
        }
        found.add(new ServerName(host, ""));
        return found;
    }

    /** As a credential helper is asked for it. */
    String forHelper() {
        return host.equals(DOCKER_HUB) ? DOCKER_HUB_URL : toString();
    }

    @Override
    public String toString() {
        return path.isEmpty() ? host : host + "/" + path;
    }
}
