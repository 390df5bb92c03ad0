package dev.berth.cri.metrics.container;

import dev.berth.cri.metrics.container.Family.Kind;
import dev.berth.cri.metrics.container.Family.Sample;
import dev.berth.linux.net.InterfaceCounters;
import java.util.List;
import java.util.function.ToLongFunction;

/** What a pod's interfaces tell. */
final class NetworkFamilies {
    private NetworkFamilies() {}

    static List<Family<List<InterfaceCounters>>> all() {
        return List.of(
                family(
                        "receive_bytes",
                        "Bytes received.",
                        each -> each.received().bytes()),
                family(
                        "receive_packets",
                        "Packets received.",
                        each -> each.received().packets()),
                family(
                        "receive_packets_dropped",
                        "Packets dropped while receiving.",
                        each -> each.received().dropped()),
                family(
                        "receive_errors",
                        "Errors while receiving.",
                        each -> each.received().errors()),
                family(
                        "transmit_bytes",
                        "Bytes transmitted.",
                        each -> each.transmitted().bytes()),
                family(
                        "transmit_packets",
                        "Packets transmitted.",
                        each -> each.transmitted().packets()),
                family(
                        "transmit_packets_dropped",
                        "Packets dropped while transmitting.",
                        each -> each.transmitted().dropped()),
                family(
                        "transmit_errors",
                        "Errors while transmitting.",
                        each -> each.transmitted().errors()));
    }

    private static Family<List<InterfaceCounters>> family(
            String name, String help, ToLongFunction<InterfaceCounters> counter) {
        return new Family<>(
                "container_network_" + name + "_total",
                help,
                Kind.COUNTER,
                List.of("interface"),
                interfaces -> interfaces.stream()
                        .map(each -> Sample.of(counter.applyAsLong(each), each.name()))
                        .toList());
    }
}
