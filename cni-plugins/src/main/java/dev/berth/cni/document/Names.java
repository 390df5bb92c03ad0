package dev.berth.cni.document;

import java.util.regex.Pattern;

/** The spellings that the CNI spec allows for names that end up in file names and environment variables. */
public final class Names {
    private static final Pattern IDENTIFIER = Pattern.compile("[a-zA-Z0-9][a-zA-Z0-9_.\\-]{0,252}");
    private static final Pattern INTERFACE = Pattern.compile("[^/:\\s\\p{Cntrl}]{1,15}");

    private Names() {}

    public static String requireContainerId(String id) {
        return require(IDENTIFIER, id, "container id");
    }

    public static String requireNetwork(String name) {
        return require(IDENTIFIER, name, "network name");
    }

    public static String requirePluginType(String type) {
        return require(IDENTIFIER, type, "plugin type");
    }

    public static String requireInterface(String name) {
        if (name.equals(".") || name.equals("..")) {
            throw new IllegalArgumentException("\"" + name + "\" is not an interface name");
        }
        return require(INTERFACE, name, "interface name");
    }

    private static String require(Pattern pattern, String name, String what) {
        if (name.isEmpty()) {
            throw new IllegalArgumentException("the " + what + " is missing");
        }
        if (!pattern.matcher(name).matches()) {
            throw new IllegalArgumentException("\"" + name + "\" is not a valid " + what);
        }
        return name;
    }
}
