package dev.berth.engine.pod;

import dev.berth.engine.oci.InvalidSpecException;
import dev.berth.engine.request.NamespaceInput;
import java.util.Map;
import java.util.SequencedMap;
import java.util.TreeMap;
import java.util.regex.Pattern;

/** A pod's kernel settings: only those that belong to a namespace of the pod's own. */
public final class Sysctls {
    private static final Pattern NAME = Pattern.compile("[A-Za-z0-9_-]+(\\.[A-Za-z0-9_-]+)+");

    /** Words, numbers, ranges, addresses and lists of them: all that a namespaced setting takes. */
    private static final Pattern VALUE = Pattern.compile("[A-Za-z0-9_.,:/ \t-]{1,1024}");

    private static final Pattern IPC = Pattern.compile("kernel\\.(shm[a-z_]+|msg[a-z_]+|sem)|fs\\.mqueue\\..+");

    /** Any group may ping, and any port may be bound: the pod's network is its own. */
    private static final Map<String, String> NETWORK_DEFAULTS =
            Map.of("net.ipv4.ip_unprivileged_port_start", "0", "net.ipv4.ping_group_range", "0 2147483647");

    /** One interface's settings. What a new interface has comes from those of "default", and "all" goes for every one. */
    private static final Pattern INTERFACE =
            Pattern.compile("net\\.[a-z0-9]+\\.(conf|neigh)\\.(?!(all|default|lo)\\.).+");

    private Sysctls() {}

    /** The requested settings that have to be made when the pod's interfaces are there, again or for the first time. */
    public static SequencedMap<String, String> ofNetwork(Map<String, String> requested) {
        SequencedMap<String, String> settings = new TreeMap<>();
        requested.forEach((written, value) -> {
            String name = written.replace('/', '.');
            if (name.startsWith("net.")) {
                settings.put(name, value);
            }
        });
        return settings;
    }

    /**
     * The defaults with the requested settings over them, by name; names may be written with slashes. Those of an interface are left
     * out: it is not there yet.
     */
    public static SequencedMap<String, String> of(SandboxInput sandbox) throws InvalidSpecException {
        SequencedMap<String, String> settings = new TreeMap<>();
        if (!sandbox.namespaces().hostNetwork()) {
            settings.putAll(NETWORK_DEFAULTS);
            // the kernel takes no group that the pod does not have
            sandbox.namespaces()
                    .userNamespace()
                    .ifPresent(user -> settings.put(
                            "net.ipv4.ping_group_range", "0 " + (user.gids().length() - 1)));
        }
        for (Map.Entry<String, String> requested : sandbox.sysctls().entrySet()) {
            String name = requested.getKey().replace('/', '.');
            check(name, requested.getValue(), sandbox.namespaces());
            if (!INTERFACE.matcher(name).matches()) {
                settings.put(name, requested.getValue());
            }
        }
        return settings;
    }

    private static void check(String name, String value, NamespaceInput namespaces) throws InvalidSpecException {
        if (!NAME.matcher(name).matches()) {
            throw new InvalidSpecException("sysctl \"" + name + "\": not a valid name");
        }
        if (!VALUE.matcher(value).matches()) {
            throw new InvalidSpecException("sysctl " + name + ": the value holds characters no such setting takes");
        }
        if (name.startsWith("net.")) {
            require(!namespaces.hostNetwork(), name, "network");
        } else if (IPC.matcher(name).matches()) {
            require(!namespaces.hostIpc(), name, "IPC");
        } else {
            throw new InvalidSpecException("sysctl " + name + ": not a setting of a pod, it would change the node");
        }
    }

    private static void require(boolean own, String name, String namespace) throws InvalidSpecException {
        if (!own) {
            throw new InvalidSpecException("sysctl " + name + ": the pod uses the node's " + namespace + " namespace");
        }
    }
}
