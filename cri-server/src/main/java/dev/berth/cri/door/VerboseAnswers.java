package dev.berth.cri.door;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.fasterxml.jackson.datatype.jdk8.Jdk8Module;
import dev.berth.cni.NetworkReadiness;
import dev.berth.cri.config.Configuration;
import dev.berth.engine.Engine;
import dev.berth.engine.container.Container;
import dev.berth.engine.container.ContainerState;
import dev.berth.engine.failure.EngineException;
import dev.berth.engine.operation.Progress;
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

    private final Engine engine;
    private final Configuration configuration;

    public VerboseAnswers(Engine engine, Configuration configuration) {
        this.engine = engine;
        this.configuration = configuration;
    }

    /** With the result of the network's ADD, and what CHECK says of it now. */
    String sandbox(Sandbox sandbox) throws EngineException, InterruptedException {
        var info = JSON.createObjectNode();
        if (sandbox.state() instanceof SandboxState.Ready(var holder)) {
            info.put("pid", holder.shimPid());
        }
        info.set("record", JSON.valueToTree(sandbox.record()));
        try {
            var attachment = engine.networks().cached(sandbox.id());
            if (attachment.isPresent()) {
                info.put("network", attachment.get().network());
                info.set("cniResult", JSON.readTree(attachment.get().result()));
                info.put(
                        "networkCheck",
                        engine.sandboxVerbs().checkNetwork().problem(sandbox).orElse("ok"));
            }
        } catch (IOException e) {
            info.put("cniResult", "not readable: " + e.getMessage());
        }
        return text(info);
    }

    /** With the OCI spec as it was carried out. */
    String container(Container container) throws EngineException {
        var info = JSON.createObjectNode();
        info.put("sandboxID", container.record().sandboxId());
        if (container.state() instanceof ContainerState.Running running) {
            info.put("pid", running.shim().init().pid());
            info.put("shimPid", running.shim().shimPid());
        }
        info.put("cgroupPath", container.record().cgroup());
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

    String image(Image image) throws EngineException {
        var info = JSON.createObjectNode();
        info.set("imageSpec", JSON.createObjectNode().<ObjectNode>set("config", JSON.valueToTree(image.config())));
        var layers = info.putArray("layers");
        image.layers().forEach(layer -> layers.add(layer.toString()));
        return text(info);
    }

    /** The operations that run now, longest-running first. */
    String operations() throws EngineException {
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

    String network(NetworkReadiness readiness) throws EngineException {
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
    String pulls() throws EngineException {
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

    String configuration() throws EngineException {
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
