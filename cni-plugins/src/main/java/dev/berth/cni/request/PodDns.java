package dev.berth.cni.request;

import java.util.List;

/** What the pod's resolver is to use; given to plugins that declare the {@code dns} capability. */
public record PodDns(List<String> servers, List<String> searches, List<String> options) {
    public static final PodDns NONE = new PodDns(List.of(), List.of(), List.of());

    public PodDns {
        servers = List.copyOf(servers);
        searches = List.copyOf(searches);
        options = List.copyOf(options);
    }
}
