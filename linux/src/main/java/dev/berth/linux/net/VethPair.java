package dev.berth.linux.net;

import dev.berth.linux.Fd;

/**
 * A pair of connected interfaces: one end here as a bridge's port, the other already inside a namespace.
 *
 * @param bridge index of the bridge
 * @param mtu 0 for the kernel's choice
 * @param manualIpv6 whether the inside end is to get no link-local address of the kernel's making
 */
public record VethPair(
        String outside,
        MacAddress outsideMac,
        String inside,
        MacAddress insideMac,
        Fd netns,
        int bridge,
        int mtu,
        boolean manualIpv6) {}
