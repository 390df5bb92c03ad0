package dev.berth.cni.request;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.berth.cni.document.Json;
import dev.berth.cni.plugin.portmap.PortMappings;
import java.util.List;

/** What the runtime tells plugins about a pod: CNI_ARGS as Kubernetes runtimes fill it, and capability arguments. */
public final class CniArguments {
    private CniArguments() {}

    public static String of(PodNetworkRequest request) {
        return String.join(
                ";",
                "IgnoreUnknown=1",
                "K8S_POD_NAMESPACE=" + request.podNamespace(),
                "K8S_POD_NAME=" + request.podName(),
                "K8S_POD_INFRA_CONTAINER_ID=" + request.sandboxId(),
                "K8S_POD_UID=" + request.podUid());
    }

    public static ObjectNode capabilities(PodNetworkRequest request) {
        ObjectNode capabilities = Json.object();
        if (!request.ports().isEmpty()) {
            capabilities.set("portMappings", PortMappings.document(request.ports()));
        }
        if (!request.dns().equals(PodDns.NONE)) {
            ObjectNode dns = capabilities.putObject("dns");
            list(dns, "servers", request.dns().servers());
            list(dns, "searches", request.dns().searches());
            list(dns, "options", request.dns().options());
        }
        if (!request.cgroupPath().isEmpty()) {
            capabilities.put("cgroupPath", request.cgroupPath());
        }
        new PodAnnotations(request.annotations()).addTo(capabilities);
        return capabilities;
    }

    private static void list(ObjectNode node, String key, List<String> values) {
        var array = node.putArray(key);
        values.forEach(array::add);
    }
}
