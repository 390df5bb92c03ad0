package dev.berth.cni.plugin;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.berth.cni.document.Json;
import java.io.IOException;
import java.util.Optional;
import java.util.Set;

/** The plugin that an interface plugin asks for addresses, with the same configuration (CNI spec, section 4). */
public record Ipam(Delegates delegates) {
    public void admit(Invocation invocation, ObjectNode config) throws IOException {
        Optional<Plugin> plugin = plugin(config);
        if (plugin.isPresent()) {
            plugin.get().admit(invocation, config);
        }
    }

    public PluginResult allocate(String asking, String type, Invocation invocation, PodNamespace pod, ObjectNode config)
            throws IOException, InterruptedException {
        PluginResult allocation =
                PluginResult.parse(delegates.find(type, config).add(invocation, pod, config));
        if (allocation.addresses().isEmpty()) {
            throw new CniException(CniException.Kind.FAILED, asking + ": IPAM plugin " + type + " gave no address");
        }
        return allocation;
    }

    public void del(Invocation invocation, LinkRemoval removal, ObjectNode config)
            throws IOException, InterruptedException {
        Optional<Plugin> plugin = plugin(config);
        if (plugin.isPresent()) {
            plugin.get().del(invocation, removal, config);
        }
    }

    public void check(Invocation invocation, PodNamespace pod, ObjectNode config)
            throws IOException, InterruptedException {
        Optional<Plugin> plugin = plugin(config);
        if (plugin.isPresent()) {
            plugin.get().check(invocation, pod, config);
        }
    }

    public void status(ObjectNode config) throws IOException, InterruptedException {
        Optional<Plugin> plugin = plugin(config);
        if (plugin.isPresent()) {
            plugin.get().status(config);
        }
    }

    public void collect(Set<String> liveContainerIds, ObjectNode config) throws IOException, InterruptedException {
        Optional<Plugin> plugin = plugin(config);
        if (plugin.isPresent()) {
            plugin.get().collect(liveContainerIds, config);
        }
    }

    private Optional<Plugin> plugin(ObjectNode config) throws CniException {
        Optional<String> type = Json.optionalText(config.path("ipam"), "type");
        return type.isPresent() ? Optional.of(delegates.find(type.get(), config)) : Optional.empty();
    }
}
