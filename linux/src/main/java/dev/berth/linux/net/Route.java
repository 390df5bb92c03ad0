package dev.berth.linux.net;

import java.net.InetAddress;
import java.util.Optional;

/**
 * A unicast route of the main table.
 *
 * @param destination start of the destination's range; with prefix 0 the default route
 * @param link index of the outgoing interface
 * @param mtu 0 for the interface's
 * @param advertisedMss 0 for what follows from the MTU
 * @param metric the route's priority, 0 for the kernel's choice
 */
public record Route(
        InetAddress destination,
        int prefix,
        Optional<InetAddress> gateway,
        int link,
        int mtu,
        int advertisedMss,
        int metric) {}
