package dev.berth.image.registry.host;

import java.util.regex.Pattern;

/** This machine by its own names, which needs neither TLS nor a proxy. */
public final class Loopback {
    private static final Pattern NAMES = Pattern.compile("localhost|127(\\.[0-9]{1,3}){3}|\\[?::1]?");

    private Loopback() {}

    public static boolean isNamedBy(String authority) {
        var colon = authority.lastIndexOf(':');
        var bracket = authority.lastIndexOf(']');
        var host = colon > bracket ? authority.substring(0, colon) : authority;
        return NAMES.matcher(host).matches();
    }
}
