package dev.berth.cni.plugin.tuning;

import com.fasterxml.jackson.core.util.DefaultIndenter;
import com.fasterxml.jackson.core.util.DefaultPrettyPrinter;
import com.fasterxml.jackson.core.util.Separators;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.berth.cni.document.Json;
import dev.berth.cni.document.Names;
import dev.berth.cni.link.AttachedLink;
import dev.berth.cni.plugin.ChainedPlugin;
import dev.berth.cni.plugin.CniException;
import dev.berth.cni.plugin.Invocation;
import dev.berth.cni.plugin.LinkRemoval;
import dev.berth.cni.plugin.Plugin;
import dev.berth.cni.plugin.PodNamespace;
import dev.berth.linux.Fd;
import dev.berth.linux.net.Link;
import dev.berth.linux.net.NetworkNamespace;
import dev.berth.linux.net.RouteSocket;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;
import java.util.Set;

/** The tuning plugin: network sysctls of a sandbox and properties of its interface, which a DEL puts back. */
public final class TuningPlugin implements Plugin {
    private static final Path ALLOWLIST = Path.of("/etc/cni/tuning/allowlist.conf");

    private final Path allowlist;

    public TuningPlugin() {
        this(ALLOWLIST);
    }

    TuningPlugin(Path allowlist) {
        this.allowlist = allowlist;
    }

    @Override
    public void admit(Invocation invocation, ObjectNode config) throws IOException {
        Tuning.parse(config, invocation);
        NetworkSysctls.parse(config, invocation.interfaceName());
        NetworkSysctls.requireAllowed(config, allowlist);
    }

    @Override
    public ObjectNode add(Invocation invocation, PodNamespace pod, ObjectNode config) throws IOException {
        ObjectNode previous = ChainedPlugin.previous("tuning", config);
        NetworkSysctls sysctls = NetworkSysctls.parse(config, invocation.interfaceName());
        if (!sysctls.values().isEmpty()) {
            pod.call(() -> {
                sysctls.apply();
                return sysctls;
            });
        }
        Tuning tuning = Tuning.parse(config, invocation);
        if (!tuning.changesNothing()) {
            String name = invocation.interfaceName();
            Link link = AttachedLink.require("tuning", pod.routes(), name);
            save(backup(invocation, config), tuning.of(link));
            pod.routes().commit(tuning.changes(name));
        }
        return tuning.mac()
                .map(mac -> withMac(previous, invocation, mac.text()))
                .orElse(previous);
    }

    private static ObjectNode withMac(ObjectNode previous, Invocation invocation, String mac) {
        ObjectNode result = previous.deepCopy();
        for (JsonNode each : result.path("interfaces")) {
            if (each instanceof ObjectNode link && Json.text(link, "name").equals(invocation.interfaceName())) {
                link.put("mac", mac);
            }
        }
        return result;
    }

    private static Path backup(Invocation invocation, JsonNode config) {
        String directory = Json.optionalText(config, "dataDir").orElse("/run/cni/tuning");
        String name = Names.requireContainerId(invocation.containerId()) + "_"
                + Names.requireInterface(invocation.interfaceName()) + ".json";
        return Path.of(directory).resolve(name);
    }

    /** What was found is on disk before it is changed. */
    private static void save(Path file, Tuning found) throws IOException {
        Files.createDirectories(file.toAbsolutePath().getParent());
        DefaultIndenter lines = new DefaultIndenter(" ", "\n");
        DefaultPrettyPrinter printer = new DefaultPrettyPrinter()
                .withSeparators(
                        Separators.createDefaultInstance().withObjectFieldValueSpacing(Separators.Spacing.AFTER))
                .withObjectIndenter(lines);
        Files.write(file, Json.bytes(found.document(), printer));
    }

    /** Puts back what was found while the namespace is there; the record of it goes in any case. */
    @Override
    public void del(Invocation invocation, LinkRemoval removal, ObjectNode config) throws IOException {
        Path file = backup(invocation, config);
        if (!Files.exists(file)) {
            return;
        }
        Optional<Path> netns = invocation.netnsPath().map(Path::of).filter(Files::exists);
        if (removal == LinkRemoval.NOW && netns.isPresent()) {
            restore(netns.get(), invocation.interfaceName(), Tuning.restored(Json.read(file)));
        }
        Files.deleteIfExists(file);
    }

    private static void restore(Path netns, String name, Tuning found) throws IOException {
        try (Fd namespace = NetworkNamespace.open(netns);
                RouteSocket routes = RouteSocket.in(namespace)) {
            if (routes.link(name).isPresent()) {
                routes.commit(found.changes(name));
            }
        }
    }

    @Override
    public void check(Invocation invocation, PodNamespace pod, ObjectNode config) throws IOException {
        NetworkSysctls sysctls = NetworkSysctls.parse(config, invocation.interfaceName());
        pod.call(() -> {
            sysctls.check();
            return sysctls;
        });
        Tuning wanted = Tuning.parse(config, invocation);
        Tuning present = wanted.of(AttachedLink.require("tuning", pod.routes(), invocation.interfaceName()));
        if (!present.equals(wanted)) {
            throw new CniException(
                    CniException.Kind.FAILED,
                    "tuning: " + invocation.interfaceName() + " is " + present.document() + " and not "
                            + wanted.document());
        }
    }

    @Override
    public void status(ObjectNode config) {}

    /** The directory is shared by all networks; a record goes with the DEL of the attachment that is remembered. */
    @Override
    public void collect(Set<String> liveContainerIds, ObjectNode config) {}
}
