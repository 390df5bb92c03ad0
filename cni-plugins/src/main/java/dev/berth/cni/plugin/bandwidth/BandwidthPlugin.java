package dev.berth.cni.plugin.bandwidth;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.berth.cni.document.Json;
import dev.berth.cni.host.HostNetwork;
import dev.berth.cni.link.AttachedLink;
import dev.berth.cni.plugin.ChainedPlugin;
import dev.berth.cni.plugin.CniException;
import dev.berth.cni.plugin.Invocation;
import dev.berth.cni.plugin.LinkRemoval;
import dev.berth.cni.plugin.Plugin;
import dev.berth.cni.plugin.PluginResult;
import dev.berth.cni.plugin.PodNamespace;
import dev.berth.linux.net.Link;
import dev.berth.linux.net.MacAddress;
import dev.berth.linux.net.RouteBatch;
import dev.berth.linux.net.TokenBucket;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/**
 * The bandwidth plugin. What the sandbox receives waits at the host's end of its link; what it sends is led to a device
 * of its own and waits there, because only what leaves a device can be queued.
 */
public final class BandwidthPlugin implements Plugin {
    private static final List<String> LEFT_TO_BINARY = List.of("shapedSubnets", "unshapedSubnets");

    private final HostNetwork host;

    public BandwidthPlugin(HostNetwork host) {
        this.host = host;
    }

    public static Optional<String> unsupported(JsonNode config) {
        return LEFT_TO_BINARY.stream()
                .filter(key -> !config.path(key).isEmpty()
                        || !config.path("runtimeConfig")
                                .path("bandwidth")
                                .path(key)
                                .isEmpty())
                .findFirst();
    }

    @Override
    public void admit(Invocation invocation, ObjectNode config) {
        Bandwidth.parse(config);
    }

    @Override
    public ObjectNode add(Invocation invocation, PodNamespace pod, ObjectNode config) throws IOException {
        ObjectNode previous = ChainedPlugin.previous("bandwidth", config);
        Bandwidth bandwidth = Bandwidth.parse(config);
        if (bandwidth.unlimited()) {
            return previous;
        }
        Link outside = outside(pod, invocation, PluginResult.parse(previous));
        if (bandwidth.ingress().isPresent()) {
            host.routes()
                    .commit(new RouteBatch()
                            .tokenBucket(outside.index(), bandwidth.ingress().get()));
        }
        if (bandwidth.egress().isEmpty()) {
            return previous;
        }
        Link device = limitEgress(outside, bandwidth.egress().get(), device(invocation, config));
        return withInterface(previous, device);
    }

    private Link limitEgress(Link outside, TokenBucket bucket, String name) throws IOException {
        host.routes().commit(new RouteBatch().ifb(name, outside.mtu()));
        Link device = AttachedLink.require("bandwidth", host.routes(), name);
        host.routes()
                .commit(new RouteBatch()
                        .tokenBucket(device.index(), bucket)
                        .redirectIncoming(outside.index(), device.index()));
        return device;
    }

    private static ObjectNode withInterface(ObjectNode previous, Link device) {
        ObjectNode result = previous.deepCopy();
        result.withArrayProperty("interfaces")
                .addObject()
                .put("name", device.name())
                .put("mac", device.mac().map(MacAddress::text).orElse(""));
        return result;
    }

    /** The other end of the sandbox's interface, which must be among the interfaces of the result. */
    private Link outside(PodNamespace pod, Invocation invocation, PluginResult result) throws IOException {
        Link inside = AttachedLink.require("bandwidth", pod.routes(), invocation.interfaceName());
        for (String name : result.hostInterfaces()) {
            Optional<Link> link = host.routes().link(name);
            if (link.isPresent() && link.get().index() == inside.peer()) {
                return link.get();
            }
        }
        throw new CniException(
                CniException.Kind.FAILED,
                "bandwidth: the host's end of " + inside.name() + " is not in the result of the plugin before");
    }

    /** The reference plugin's name for it, so that either can delete it. */
    private static String device(Invocation invocation, ObjectNode config) {
        return "bwp"
                + sha512(Json.text(config, "name") + invocation.containerId()).substring(0, 12);
    }

    private static String sha512(String text) {
        try {
            byte[] digest = MessageDigest.getInstance("SHA-512").digest(text.getBytes(StandardCharsets.UTF_8));
            return HexFormat.of().formatHex(digest);
        } catch (NoSuchAlgorithmException e) {
            throw new AssertionError("every Java runtime has SHA-512", e);
        }
    }

    @Override
    public void del(Invocation invocation, LinkRemoval removal, ObjectNode config) throws IOException {
        if (Bandwidth.parse(config).egress().isPresent()) {
            host.deleteLink(device(invocation, config));
        }
    }

    @Override
    public void check(Invocation invocation, PodNamespace pod, ObjectNode config) throws IOException {
        Bandwidth bandwidth = Bandwidth.parse(config);
        if (bandwidth.ingress().isPresent()) {
            PluginResult result = PluginResult.parse(ChainedPlugin.previous("bandwidth", config));
            requireLimit(outside(pod, invocation, result));
        }
        if (bandwidth.egress().isPresent()) {
            requireLimit(AttachedLink.require("bandwidth", host.routes(), device(invocation, config)));
        }
    }

    private static void requireLimit(Link link) throws CniException {
        if (!link.queueing().equals("tbf")) {
            throw new CniException(
                    CniException.Kind.FAILED,
                    "bandwidth: interface " + link.name() + " is queued by \"" + link.queueing() + "\", not by tbf");
        }
    }

    @Override
    public void status(ObjectNode config) {}

    /** The device's name does not say whose it is; it goes with the DEL of the attachment that is remembered. */
    @Override
    public void collect(Set<String> liveContainerIds, ObjectNode config) {}
}
