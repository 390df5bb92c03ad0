package dev.berth.cri.door;

import dev.berth.cni.NetworkReadiness;
import dev.berth.cni.PodNetworks;
import dev.berth.cri.api.CgroupDriver;
import dev.berth.cri.api.LinuxRuntimeConfiguration;
import dev.berth.cri.api.RuntimeCondition;
import dev.berth.cri.api.RuntimeConfigResponse;
import dev.berth.cri.api.RuntimeFeatures;
import dev.berth.cri.api.RuntimeHandler;
import dev.berth.cri.api.RuntimeHandlerFeatures;
import dev.berth.cri.api.RuntimeStatus;
import dev.berth.cri.api.StatusResponse;
import dev.berth.cri.api.VersionResponse;
import dev.berth.cri.failure.CriException;
import dev.berth.cri.host.KernelVersion;
import java.nio.file.Files;
import java.nio.file.Path;

/** What the runtime says of itself and its node. */
public final class NodeAnswers {
    /** Version of the kubelet's runtime API that Version asks about; every runtime answers this one. */
    private static final String KUBELET_API_VERSION = "0.1.0";

    private final String version;
    private final Path root;
    private final Path state;
    private final PodNetworks networks;
    private final VerboseAnswers verbose;

    public NodeAnswers(String version, Path root, Path state, PodNetworks networks, VerboseAnswers verbose) {
        this.version = version;
        this.root = root;
        this.state = state;
        this.networks = networks;
        this.verbose = verbose;
    }

    Path root() {
        return root;
    }

    VersionResponse version() {
        return VersionResponse.newBuilder()
                .setVersion(KUBELET_API_VERSION)
                .setRuntimeName("berth")
                .setRuntimeVersion(version)
                .setRuntimeApiVersion("v1")
                .build();
    }

    StatusResponse status(boolean withInfo) throws CriException, InterruptedException {
        var answer = StatusResponse.newBuilder()
                .setStatus(
                        RuntimeStatus.newBuilder().addConditions(runtimeReady()).addConditions(networkReady()))
                .addRuntimeHandlers(RuntimeHandler.newBuilder()
                        .setFeatures(RuntimeHandlerFeatures.newBuilder()
                                .setRecursiveReadOnlyMounts(true)
                                .setUserNamespaces(KernelVersion.current().atLeast(6, 15))))
                .setFeatures(RuntimeFeatures.newBuilder().setSupplementalGroupsPolicy(true));
        if (withInfo) {
            answer.putInfo("config", verbose.configuration());
            answer.putInfo("operations", verbose.operations());
        }
        return answer.build();
    }

    /** The driver is never configured: this runtime writes to cgroupfs itself. */
    RuntimeConfigResponse runtimeConfig() {
        return RuntimeConfigResponse.newBuilder()
                .setLinux(LinuxRuntimeConfiguration.newBuilder().setCgroupDriver(CgroupDriver.CGROUPFS))
                .build();
    }

    /** Not ready when the places that every pod needs cannot be written, as on a file system that went read-only. */
    private RuntimeCondition runtimeReady() {
        for (Path place : new Path[] {root, state}) {
            if (!Files.isWritable(place)) {
                return condition("RuntimeReady", false, "StoreNotWritable", place + " cannot be written");
            }
        }
        return condition("RuntimeReady", true, "", "");
    }

    private RuntimeCondition networkReady() throws InterruptedException {
        return switch (networks.readiness()) {
            case NetworkReadiness.Ready _ -> condition("NetworkReady", true, "", "");
            case NetworkReadiness.NotReady(var reason, var message) ->
                condition("NetworkReady", false, reason, message);
        };
    }

    private static RuntimeCondition condition(String type, boolean met, String reason, String message) {
        return RuntimeCondition.newBuilder()
                .setType(type)
                .setStatus(met)
                .setReason(reason)
                .setMessage(message)
                .build();
    }
}
