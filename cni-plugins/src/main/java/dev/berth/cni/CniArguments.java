package dev.berth.cni;

import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.List;

/** What the runtime tells plugins about a pod: CNI_ARGS as Kubernetes runtimes fill it, and capability arguments. */
final class CniArguments {
    private CniArguments() {}

    static String of(PodNetworkRequest request) {
        return String.join(
                ";",
                "IgnoreUnknown=1",
                "K8S_POD_NAMESPACE=" + request.podNamespace(),
                "K8S_POD_NAME=" + request.podName(),
                "K8S_POD_INFRA_CONTAINER_ID=" + request.sandboxId(),
                "K8S_POD_UID=" + request.podUid());
    }

    static ObjectNode capabilities(PodNetworkRequest request) {
        ObjectNode capabilities = Json.object();
        if (!request.ports().isEmpty()) {
            capabilities.set("portMappings", PortmapPlugin.document(request.ports()));
        }
        if (!request.dns().equals(PodDns.NONE)) {
            ObjectNode dns = capabilities.putObject("dns");
            list(dns, "servers", request.dns().servers());
            list(dns, "searches", request.dns().searches());
            list(dns, "options", request.dns().options());
        }
        PodBandwidth.argument(request.annotations()).ifPresent(limits -> capabilities.set("bandwidth", limits));
        if (!request.annotations().isEmpty()) {
            ObjectNode annotations = capabilities.putObject("io.kubernetes.cri.pod-annotations");
            request.annotations().forEach(annotations::put);
        }
        return capabilities;
    }

    private static void list(ObjectNode node, String key, List<String> values) {
        var array = node.putArray(key);
        values.forEach(array::add);
    }
}
