package dev.berth.linux.net;

import java.net.InetAddress;
import java.util.Optional;

/**
 * A unicast route.
 *
 * @param destination start of the destination's range; with prefix 0 the default route
 * @param source the address that packets get when their sender has none
 * @param link index of the outgoing interface
 * @param mtu 0 for the interface's
 * @param advertisedMss 0 for what follows from the MTU
 * @param metric the route's priority, 0 for the kernel's choice
 */
public record Route(
        InetAddress destination,
        int prefix,
        Optional<InetAddress> gateway,
        Optional<InetAddress> source,
        int link,
        int mtu,
        int advertisedMss,
        int metric,
        int table,
        int scope) {
    public static final int MAIN_TABLE = 254;
    public static final int SCOPE_UNIVERSE = 0;
    public static final int SCOPE_LINK = 253;
    public static final int SCOPE_HOST = 254;
}
