package dev.berth.cri.door.inspect;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.fasterxml.jackson.datatype.jdk8.Jdk8Module;
import dev.berth.cni.NetworkReadiness;
import dev.berth.cri.api.ContainerConfig;
import dev.berth.cri.api.PodSandboxConfig;
import dev.berth.cri.config.Configuration;
import dev.berth.engine.Engine;
import dev.berth.engine.container.Container;
import dev.berth.engine.container.ContainerState;
import dev.berth.engine.failure.EngineException;
import dev.berth.engine.oci.Spec;
import dev.berth.engine.operation.Progress;
import dev.berth.engine.request.NamespaceInput;
import dev.berth.engine.request.NamespaceMode;
import dev.berth.engine.sandbox.Sandbox;
import dev.berth.engine.sandbox.SandboxState;
import dev.berth.image.catalog.Image;
import dev.berth.image.pull.PullReport;
import java.io.IOException;
import java.util.Locale;

/** What {@code crictl inspect}, {@code inspectp}, {@code inspecti} and {@code info} show beyond the protocol's fields: JSON. */
public final class VerboseAnswers {
    private static final JsonMapper JSON =
            JsonMapper.builder().addModule(new Jdk8Module()).build();

    /** Of what kind the processes are that stand beside containers. */
    private static final String RUNTIME_TYPE = "dev.berth.shim";

    private final Engine engine;
    private final Configuration configuration;

    public VerboseAnswers(Engine engine, Configuration configuration) {
        this.engine = engine;
        this.configuration = configuration;
    }

    /** With the result of the network's ADD, and what CHECK says of it now. */
    public String sandbox(Sandbox sandbox, PodSandboxConfig config) throws EngineException, InterruptedException {
        var info = JSON.createObjectNode();
        info.put("netNamespaceClosed", !sandbox.ready());
        info.put("runtimeHandler", sandbox.config().runtimeHandler());
        info.put("runtimeType", RUNTIME_TYPE);
        if (sandbox.state() instanceof SandboxState.Ready(var holder)) {
            info.put("pid", holder.shimPid());
            info.put("processStatus", "running");
            info.set("runtimeSpec", namespaces(sandbox.config().namespaces(), holder.shimPid()));
        }
        info.set("config", ProtocolJson.of(config));
        info.set("record", JSON.valueToTree(sandbox.record()));
        network(sandbox, info);
        return text(info);
    }

    private void network(Sandbox sandbox, ObjectNode info) throws EngineException, InterruptedException {
        try {
            var attachment = engine.networks().cached(sandbox.id());
            if (attachment.isPresent()) {
                var result = JSON.readTree(attachment.get().result());
                info.put("network", attachment.get().network());
                info.set("cniResult", NetworkResult.of(result));
                info.set("networkResult", result);
                info.put(
                        "networkCheck",
                        engine.sandboxVerbs().checkNetwork().problem(sandbox).orElse("ok"));
            }
        } catch (IOException e) {
            info.put("networkResult", "not readable: " + e.getMessage());
        }
    }

    /** There is no OCI spec of a sandbox; its namespaces are where scripts look for them in containerd's. */
    private static ObjectNode namespaces(NamespaceInput asked, int holder) {
        var spec = JSON.createObjectNode().put("ociVersion", Spec.VERSION);
        var list = spec.putObject("linux").putArray("namespaces");
        namespace(list, "network", "net", asked.network(), holder);
        namespace(list, "ipc", "ipc", asked.ipc(), holder);
        namespace(list, "pid", "pid", asked.pid(), holder);
        return spec;
    }

    private static void namespace(ArrayNode list, String type, String file, NamespaceMode mode, int holder) {
        if (mode == NamespaceMode.POD) {
            list.addObject().put("type", type).put("path", "/proc/%d/ns/%s".formatted(holder, file));
        }
    }

    /** With the OCI spec as it was carried out. */
    public String container(Container container, ContainerConfig config) throws EngineException {
        var info = JSON.createObjectNode();
        info.put("sandboxID", container.record().sandboxId());
        if (container.state() instanceof ContainerState.Running running) {
            info.put("pid", running.shim().init().pid());
            info.put("shimPid", running.shim().shimPid());
        }
        info.put("snapshotKey", container.id());
        info.put("snapshotter", "overlayfs");
        info.put("runtimeType", RUNTIME_TYPE);
        info.put("privileged", container.config().privileged());
        info.put("cgroupPath", container.record().cgroup());
        info.set("config", ProtocolJson.of(config));
        try {
            info.set(
                    "runtimeSpec",
                    JSON.valueToTree(
                            engine.containers().directory(container.id()).spec()));
        } catch (IOException e) {
            info.put("runtimeSpec", "not readable: " + e.getMessage());
        }
        return text(info);
    }

    public String image(Image image) throws EngineException {
        var info = JSON.createObjectNode();
        info.set("imageSpec", JSON.createObjectNode().<ObjectNode>set("config", JSON.valueToTree(image.config())));
        var layers = info.putArray("layers");
        image.layers().forEach(layer -> layers.add(layer.toString()));
        return text(info);
    }

    /** The operations that run now, longest-running first. */
    public String operations() throws EngineException {
        var list = JSON.createArrayNode();
        for (Progress.Snapshot each : engine.operations().snapshots()) {
            list.addObject()
                    .put("operation", each.key())
                    .put("stage", each.stage().label())
                    .put("detail", each.detail())
                    .put("stageMillis", each.inStage().toMillis())
                    .put("totalMillis", each.total().toMillis());
        }
        return text(list);
    }

    public String network(NetworkReadiness readiness) throws EngineException {
        var info = JSON.createObjectNode();
        switch (readiness) {
            case NetworkReadiness.Ready(var network, var origin) ->
                info.put("ready", true).put("network", network).put("origin", origin);
            case NetworkReadiness.NotReady(var reason, var message) ->
                info.put("ready", false).put("reason", reason).put("message", message);
        }
        return text(info);
    }

    /** The pulls that run and the last that ended, with the files and hosts that each consulted. */
    public String pulls() throws EngineException {
        var list = JSON.createArrayNode();
        for (PullReport each : engine.store().pulls()) {
            list.addObject()
                    .put("reference", each.reference().toString())
                    .put("outcome", each.outcome().map(Enum::name).orElse("").toLowerCase(Locale.ROOT))
                    .put("summary", each.summary())
                    .put("doneBytes", each.fetched() + each.present())
                    .put("fetchedBytes", each.fetched())
                    .put("totalBytes", each.total())
                    .put("millis", each.time().toMillis())
                    .set("consulted", JSON.valueToTree(each.consulted()));
        }
        return text(list);
    }

    public String configuration() throws EngineException {
        return text(JSON.valueToTree(configuration));
    }

    private static String text(JsonNode info) throws EngineException {
        try {
            return JSON.writeValueAsString(info);
        } catch (JsonProcessingException e) {
            throw new EngineException(
                    EngineException.Code.INTERNAL, "write verbose answer: " + e.getOriginalMessage(), e);
        }
    }
}
