package dev.berth.linux.net;

import java.util.Optional;

/**
 * A network interface as the kernel describes it.
 *
 * @param kind the driver's name such as {@code bridge} or {@code veth}; empty for plain devices
 * @param master index of the bridge this is a port of, 0 for none
 * @param peer index, in its own namespace, of a veth's other end; 0 for none
 * @param queueLength in packets
 * @param queueing the queueing discipline's kind
 */
public record Link(
        int index,
        String name,
        Optional<MacAddress> mac,
        String kind,
        int master,
        int peer,
        int mtu,
        boolean up,
        boolean promiscuous,
        boolean allMulticast,
        int queueLength,
        String queueing) {}
