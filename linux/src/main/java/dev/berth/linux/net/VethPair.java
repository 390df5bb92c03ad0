package dev.berth.linux.net;

import dev.berth.linux.Fd;

/**
 * A pair of connected interfaces: one end here as a bridge's port, the other already inside a namespace.
 *
 * @param bridge index of the bridge
 * @param mtu 0 for the kernel's choice
 */
public record VethPair(
        String outside, MacAddress outsideMac, String inside, MacAddress insideMac, Fd netns, int bridge, int mtu) {}
