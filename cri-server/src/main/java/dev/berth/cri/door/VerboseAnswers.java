package dev.berth.cri.door;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.fasterxml.jackson.datatype.jdk8.Jdk8Module;
import dev.berth.cni.NetworkReadiness;
import dev.berth.cni.PodNetworks;
import dev.berth.cri.config.Configuration;
import dev.berth.cri.container.Container;
import dev.berth.cri.container.ContainerState;
import dev.berth.cri.container.Containers;
import dev.berth.cri.failure.CriException;
import dev.berth.cri.operation.Operations;
import dev.berth.cri.operation.Progress;
import dev.berth.cri.sandbox.CheckNetwork;
import dev.berth.cri.sandbox.Sandbox;
import dev.berth.cri.sandbox.SandboxState;
import dev.berth.image.Image;
import dev.berth.image.ImageStore;
import dev.berth.image.PullReport;
import java.io.IOException;
import java.util.Locale;

/** What {@code crictl inspect}, {@code inspectp}, {@code inspecti} and {@code info} show beyond the protocol's fields: JSON. */
public final class VerboseAnswers {
    private static final JsonMapper JSON =
            JsonMapper.builder().addModule(new Jdk8Module()).build();

    private final Containers containers;
    private final Operations operations;
    private final ImageStore images;
    private final Configuration configuration;
    private final PodNetworks networks;
    private final CheckNetwork check;

    public VerboseAnswers(
            Containers containers,
            Operations operations,
            ImageStore images,
            Configuration configuration,
            PodNetworks networks,
            CheckNetwork check) {
        this.networks = networks;
        this.check = check;
        this.containers = containers;
        this.operations = operations;
        this.images = images;
        this.configuration = configuration;
    }

    /** With the result of the network's ADD, and what CHECK says of it now. */
    String sandbox(Sandbox sandbox) throws CriException, InterruptedException {
        var info = JSON.createObjectNode();
        if (sandbox.state() instanceof SandboxState.Ready(var holder)) {
            info.put("pid", holder.shimPid());
        }
        info.set("record", JSON.valueToTree(sandbox.record()));
        try {
            var attachment = networks.cached(sandbox.id());
            if (attachment.isPresent()) {
                info.put("network", attachment.get().network());
                info.set("cniResult", JSON.readTree(attachment.get().result()));
                info.put("networkCheck", check.problem(sandbox).orElse("ok"));
            }
        } catch (IOException e) {
            info.put("cniResult", "not readable: " + e.getMessage());
        }
        return text(info);
    }

    /** With the OCI spec as it was carried out. */
    String container(Container container) throws CriException {
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
                    JSON.valueToTree(containers.directory(container.id()).spec()));
        } catch (IOException e) {
            info.put("runtimeSpec", "not readable: " + e.getMessage());
        }
        return text(info);
    }

    String image(Image image) throws CriException {
        var info = JSON.createObjectNode();
        info.set("imageSpec", JSON.createObjectNode().<ObjectNode>set("config", JSON.valueToTree(image.config())));
        var layers = info.putArray("layers");
        image.layers().forEach(layer -> layers.add(layer.toString()));
        return text(info);
    }

    /** The operations that run now, longest-running first. */
    String operations() throws CriException {
        var list = JSON.createArrayNode();
        for (Progress.Snapshot each : operations.snapshots()) {
            list.addObject()
                    .put("operation", each.key())
                    .put("stage", each.stage().label())
                    .put("detail", each.detail())
                    .put("stageMillis", each.inStage().toMillis())
                    .put("totalMillis", each.total().toMillis());
        }
        return text(list);
    }

    String network(NetworkReadiness readiness) throws CriException {
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
    String pulls() throws CriException {
        var list = JSON.createArrayNode();
        for (PullReport each : images.pulls()) {
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

    String configuration() throws CriException {
        return text(JSON.valueToTree(configuration));
    }

    private static String text(JsonNode info) throws CriException {
        try {
            return JSON.writeValueAsString(info);
        } catch (JsonProcessingException e) {
            throw new CriException(CriException.Code.INTERNAL, "write verbose answer: " + e.getOriginalMessage(), e);
        }
    }
}
