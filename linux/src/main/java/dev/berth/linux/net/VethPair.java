package dev.berth.linux.net;

import dev.berth.linux.Fd;
import java.util.Optional;

/**
 * A pair of connected interfaces: one end here as a bridge's port, the other already inside its namespace.
 *
 * @param netns where the inside end goes; empty for here
 * @param bridge index of the bridge
 * @param mtu 0 for the kernel's choice
 */
public record VethPair(
        String outside,
        MacAddress outsideMac,
        String inside,
        MacAddress insideMac,
        Optional<Fd> netns,
        int bridge,
        int mtu) {}
