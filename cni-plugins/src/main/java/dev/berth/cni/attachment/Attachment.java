package dev.berth.cni.attachment;

import dev.berth.cni.address.Cidr;
import java.util.List;

/**
 * A sandbox's place in a network, as the plugins' last result tells it.
 *
 * @param addresses in the plugins' order; the first is the pod's IP, the others its additional IPs
 * @param result the CNI result document (JSON)
 */
public record Attachment(String sandboxId, String network, String interfaceName, List<Cidr> addresses, String result) {
    public Attachment {
        addresses = List.copyOf(addresses);
    }

    /** The addresses without their prefix lengths, in the same order. */
    public List<String> ips() {
        return addresses.stream().map(Cidr::address).map(Cidr::text).toList();
    }
}
