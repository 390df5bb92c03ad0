package dev.berth.cni.plugin.bridge;

import com.fasterxml.jackson.databind.JsonNode;
import dev.berth.linux.net.RouteBatch;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;

/**
 * The VLANs of a bridge's port: one for untagged packets, or several for tagged ones.
 *
 * @param access 0 for none
 * @param preservesDefault whether the port stays in the VLAN in which the kernel puts every port
 */
record PortVlans(int access, List<Integer> trunk, boolean preservesDefault) {
    /** In which the kernel puts a port unless the bridge was told otherwise. */
    static final int DEFAULT = 1;

    private static final int LAST = 4094;

    PortVlans {
        trunk = List.copyOf(trunk);
        if (access < 0 || access > LAST) {
            throw new IllegalArgumentException("bridge: vlan " + access + " is outside 0-" + LAST);
        }
        if (access > 0 && !trunk.isEmpty()) {
            throw new IllegalArgumentException("bridge: vlan and vlanTrunk exclude each other");
        }
    }

    static PortVlans parse(JsonNode config) {
        Set<Integer> trunk = new TreeSet<>();
        config.path("vlanTrunk").forEach(range -> add(range, trunk));
        return new PortVlans(
                config.path("vlan").asInt(0),
                List.copyOf(trunk),
                config.path("preserveDefaultVlan").asBoolean(true));
    }

    private static void add(JsonNode range, Set<Integer> trunk) {
        if (range.has("minID") != range.has("maxID")) {
            throw new IllegalArgumentException("bridge: vlanTrunk needs minID and maxID together");
        }
        if (range.has("minID")) {
            int first = id(range, "minID");
            int last = id(range, "maxID");
            if (first > last) {
                throw new IllegalArgumentException("bridge: vlanTrunk minID " + first + " is above maxID " + last);
            }
            for (int vlan = first; vlan <= last; vlan++) {
                trunk.add(vlan);
            }
        }
        if (range.has("id")) {
            trunk.add(id(range, "id"));
        }
    }

    private static int id(JsonNode range, String key) {
        int vlan = range.path(key).asInt(0);
        if (vlan < 1 || vlan > LAST) {
            throw new IllegalArgumentException("bridge: vlanTrunk " + key + " is outside 1-" + LAST);
        }
        return vlan;
    }

    boolean none() {
        return access == 0 && trunk.isEmpty();
    }

    RouteBatch joining(int port) {
        RouteBatch batch = new RouteBatch();
        boolean leaves = !preservesDefault && access != DEFAULT && !trunk.contains(DEFAULT);
        if (leaves) {
            batch.deletePortVlan(port, DEFAULT);
        }
        if (access > 0) {
            batch.portVlan(port, access, true);
        }
        trunk.forEach(vlan -> batch.portVlan(port, vlan, false));
        return batch;
    }
}
