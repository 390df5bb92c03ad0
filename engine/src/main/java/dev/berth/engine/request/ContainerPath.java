package dev.berth.engine.request;

import dev.berth.engine.oci.InvalidSpecException;
import java.util.ArrayDeque;
import java.util.Deque;

/** A path as a container sees it. */
public final class ContainerPath {
    private static final int PATH_MAX = 4096;

    private ContainerPath() {}

    /** The path without empty, {@code .} and {@code ..} components; it must be absolute. */
    public static String checked(String what, String path) throws InvalidSpecException {
        if (!path.startsWith("/") || path.length() >= PATH_MAX || path.indexOf('\0') >= 0) {
            throw new InvalidSpecException(what + " \"" + path.replace('\0', '?') + "\" is not a valid absolute path");
        }
        Deque<String> components = new ArrayDeque<>();
        for (String component : path.split("/", -1)) {
            switch (component) {
                case "", "." -> {}
                case ".." -> components.pollLast();
                default -> components.addLast(component);
            }
        }
        return "/" + String.join("/", components);
    }

    public static int depth(String checked) {
        return checked.equals("/")
                ? 0
                : (int) checked.chars().filter(c -> c == '/').count();
    }

    public static boolean below(String path, String directory) {
        return path.startsWith(directory.equals("/") ? "/" : directory + "/");
    }
}
