package dev.berth.cni.plugin.portmap;

import dev.berth.cni.address.Cidr;
import dev.berth.cni.host.HostNetwork;
import dev.berth.linux.net.Flow;
import java.io.IOException;
import java.util.List;
import java.util.function.Predicate;

/**
 * Connections of protocols without any, which the kernel tracks by time alone: a sender that goes on keeps its old
 * translation, to a sandbox that is gone or to none, until it is forgotten here.
 */
record DatagramFlows(HostNetwork host) {
    private static final int UDP = 17;

    /** Those of mapped ports that lead anywhere but to the sandbox whose they are now. */
    void forgetOthers(List<PortMapping> mappings, List<Cidr> sandbox) throws IOException {
        forget(mappings, flow -> sandbox.stream().noneMatch(own -> own.address().equals(flow.answering())));
    }

    /** Those that lead to a sandbox through ports that are not its any more. */
    void forget(List<PortMapping> mappings, List<Cidr> sandbox) throws IOException {
        forget(mappings, flow -> sandbox.stream().anyMatch(own -> own.address().equals(flow.answering())));
    }

    private void forget(List<PortMapping> mappings, Predicate<Flow> which) throws IOException {
        List<PortMapping> datagrams = mappings.stream()
                .filter(mapping -> mapping.protocol() == PortMapping.Protocol.UDP)
                .toList();
        if (datagrams.isEmpty()) {
            return;
        }
        for (boolean ipv4 : new boolean[] {true, false}) {
            host.netfilter()
                    .deleteFlows(
                            ipv4, which.and(flow -> datagrams.stream().anyMatch(mapping -> concerns(mapping, flow))));
        }
    }

    private static boolean concerns(PortMapping mapping, Flow flow) {
        return flow.protocol() == UDP
                && flow.destinationPort() == mapping.hostPort()
                && mapping.hostAddress()
                        .map(address -> address.isAnyLocalAddress() || address.equals(flow.destination()))
                        .orElse(true);
    }
}
