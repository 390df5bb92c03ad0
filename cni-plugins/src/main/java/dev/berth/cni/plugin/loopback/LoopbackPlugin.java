package dev.berth.cni.plugin.loopback;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.berth.cni.address.Cidr;
import dev.berth.cni.document.Json;
import dev.berth.cni.plugin.CniException;
import dev.berth.cni.plugin.CniVersion;
import dev.berth.cni.plugin.Invocation;
import dev.berth.cni.plugin.LinkRemoval;
import dev.berth.cni.plugin.Plugin;
import dev.berth.cni.plugin.PluginResult;
import dev.berth.cni.plugin.PodNamespace;
import dev.berth.linux.net.Link;
import dev.berth.linux.net.RouteBatch;
import java.io.IOException;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.Set;

/** The loopback plugin: the sandbox's lo is up. The kernel gives it its addresses. */
public final class LoopbackPlugin implements Plugin {
    @Override
    public void admit(Invocation invocation, ObjectNode config) {}

    @Override
    public ObjectNode add(Invocation invocation, PodNamespace pod, ObjectNode config) throws IOException {
        pod.routes().commit(new RouteBatch().up("lo"));
        JsonNode previous = config.path("prevResult");
        if (previous instanceof ObjectNode result) {
            return result;
        }
        OptionalInt first = OptionalInt.of(0);
        PluginResult result = new PluginResult(
                List.of(new PluginResult.Interface("lo", "00:00:00:00:00:00", Optional.of(pod.path()))),
                List.of(
                        new PluginResult.Address(Cidr.parse("127.0.0.1/8"), Optional.empty(), first),
                        new PluginResult.Address(Cidr.parse("::1/128"), Optional.empty(), first)),
                List.of(),
                Json.object());
        return result.document(CniVersion.of(Json.text(config, "cniVersion")).orElseThrow());
    }

    @Override
    public void del(Invocation invocation, LinkRemoval removal, ObjectNode config) {}

    @Override
    public void check(Invocation invocation, PodNamespace pod, ObjectNode config) throws IOException {
        if (!pod.routes().link("lo").map(Link::up).orElse(false)) {
            throw new CniException(
                    CniException.Kind.FAILED, "loopback: lo of sandbox " + invocation.containerId() + " is down");
        }
    }

    @Override
    public void status(ObjectNode config) {}

    @Override
    public void collect(Set<String> liveContainerIds, ObjectNode config) {}
}
