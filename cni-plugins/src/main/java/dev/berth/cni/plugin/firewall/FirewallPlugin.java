package dev.berth.cni.plugin.firewall;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.berth.cni.document.Json;
import dev.berth.cni.plugin.ChainedPlugin;
import dev.berth.cni.plugin.CniException;
import dev.berth.cni.plugin.Invocation;
import dev.berth.cni.plugin.LinkRemoval;
import dev.berth.cni.plugin.Plugin;
import dev.berth.cni.plugin.PluginResult;
import dev.berth.cni.plugin.PodNamespace;
import java.io.IOException;
import java.util.Optional;
import java.util.Set;
import java.util.function.Supplier;

/**
 * The firewall plugin: a sandbox's packets may pass through the host. While nothing on the host keeps them from it there
 * is nothing to allow; where iptables or firewalld rules are in force only a rule among those can allow it, and the
 * program of the same name writes it.
 */
public final class FirewallPlugin implements Plugin {
    private final HostFirewall firewall;
    private final Supplier<Optional<Plugin>> program;

    public FirewallPlugin(HostFirewall firewall, Supplier<Optional<Plugin>> program) {
        this.firewall = firewall;
        this.program = program;
    }

    public static Optional<String> unsupported(JsonNode config) {
        return Json.text(config, "backend").equals("firewalld") ? Optional.of("backend") : Optional.empty();
    }

    @Override
    public void admit(Invocation invocation, ObjectNode config) throws IOException {
        IngressPolicy.parse(config);
        outweighed();
    }

    /** The program, where rules are in force that only it can add to. */
    private Optional<Plugin> outweighed() throws IOException {
        Optional<String> inForce = firewall.inForce();
        Optional<Plugin> present = inForce.isPresent() ? program.get() : Optional.empty();
        if (inForce.isPresent() && present.isEmpty()) {
            throw new CniException(
                    CniException.Kind.NOT_CONFIGURED,
                    "firewall: rules of " + inForce.get()
                            + " are in force on this host, and the plugin program that can add to them is missing");
        }
        return present;
    }

    @Override
    public ObjectNode add(Invocation invocation, PodNamespace pod, ObjectNode config)
            throws IOException, InterruptedException {
        ObjectNode previous = ChainedPlugin.previous("firewall", config);
        Optional<Plugin> instead = outweighed();
        if (instead.isPresent()) {
            return instead.get().add(invocation, pod, config);
        }
        isolate(previous, config);
        return previous;
    }

    private void isolate(ObjectNode previous, ObjectNode config) throws IOException {
        switch (IngressPolicy.parse(config)) {
            case OPEN -> {}
            case SAME_BRIDGE ->
                firewall.isolate(PluginResult.parse(previous).hostInterfaces().stream()
                        .findFirst()
                        .orElseThrow(() -> new CniException(
                                CniException.Kind.FAILED, "firewall: the plugin before named no bridge")));
        }
    }

    /** The rules may have come or gone since the ADD, so the program is asked whenever it could know something. */
    @Override
    public void del(Invocation invocation, LinkRemoval removal, ObjectNode config)
            throws IOException, InterruptedException {
        Optional<Plugin> present = firewall.inForce().isPresent() ? program.get() : Optional.empty();
        if (present.isPresent()) {
            present.get().del(invocation, removal, config);
        }
    }

    @Override
    public void check(Invocation invocation, PodNamespace pod, ObjectNode config)
            throws IOException, InterruptedException {
        Optional<Plugin> instead = outweighed();
        if (instead.isPresent()) {
            instead.get().check(invocation, pod, config);
        }
    }

    @Override
    public void restore(Invocation invocation, ObjectNode config) throws IOException {
        if (firewall.inForce().isEmpty()) {
            isolate(ChainedPlugin.previous("firewall", config), config);
        }
    }

    @Override
    public void status(ObjectNode config) {}

    @Override
    public void collect(Set<String> liveContainerIds, ObjectNode config) {}
}
