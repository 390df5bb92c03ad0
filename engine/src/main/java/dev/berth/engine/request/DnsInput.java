package dev.berth.engine.request;

import java.util.List;

/** The DNS configuration of a pod. */
public record DnsInput(List<String> servers, List<String> searches, List<String> options) {
    public DnsInput {
        servers = List.copyOf(servers);
        searches = List.copyOf(searches);
        options = List.copyOf(options);
    }
}
