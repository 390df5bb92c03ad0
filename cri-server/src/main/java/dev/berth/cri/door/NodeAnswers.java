package dev.berth.cri.door;

import dev.berth.cni.NetworkReadiness;
import dev.berth.cri.api.CgroupDriver;
import dev.berth.cri.api.LinuxRuntimeConfiguration;
import dev.berth.cri.api.RuntimeCondition;
import dev.berth.cri.api.RuntimeConfig;
import dev.berth.cri.api.RuntimeConfigResponse;
import dev.berth.cri.api.RuntimeFeatures;
import dev.berth.cri.api.RuntimeHandler;
import dev.berth.cri.api.RuntimeHandlerFeatures;
import dev.berth.cri.api.RuntimeStatus;
import dev.berth.cri.api.StatusResponse;
import dev.berth.cri.api.VersionResponse;
import dev.berth.cri.door.inspect.VerboseAnswers;
import dev.berth.engine.Engine;
import dev.berth.engine.failure.EngineException;
import dev.berth.engine.host.KernelVersion;
import java.io.IOException;
import java.util.Arrays;
import java.util.SortedSet;
import java.util.TreeSet;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** What the runtime says of itself and its node. */
public final class NodeAnswers {
    private static final Logger LOG = LoggerFactory.getLogger(NodeAnswers.class);

    /** Version of the kubelet's runtime API that Version asks about; every runtime answers this one. */
    private static final String KUBELET_API_VERSION = "0.1.0";

    private final String version;
    private final Engine engine;
    private final VerboseAnswers verbose;

    /** @param version the runtime's own */
    public NodeAnswers(String version, Engine engine, VerboseAnswers verbose) {
        this.version = version;
        this.engine = engine;
        this.verbose = verbose;
    }

    VersionResponse version() {
        return VersionResponse.newBuilder()
                .setVersion(KUBELET_API_VERSION)
                .setRuntimeName("berth")
                .setRuntimeVersion(version)
                .setRuntimeApiVersion("v1")
                .build();
    }

    StatusResponse status(boolean withInfo) throws EngineException {
        var answer = StatusResponse.newBuilder()
                .setStatus(
                        RuntimeStatus.newBuilder().addConditions(runtimeReady()).addConditions(networkReady()))
                .setFeatures(RuntimeFeatures.newBuilder()
                        .setSupplementalGroupsPolicy(true)
                        .setMountOptions(true));
        handlers()
                .forEach(name -> answer.addRuntimeHandlers(
                        RuntimeHandler.newBuilder().setName(name).setFeatures(features(name))));
        if (withInfo) {
            answer.putInfo("network", verbose.network(engine.readiness().readiness()));
            answer.putInfo("config", verbose.configuration());
            answer.putInfo("operations", verbose.operations());
            answer.putInfo("pulls", verbose.pulls());
        }
        return answer.build();
    }

    private RuntimeHandlerFeatures features(String handler) {
        var runtimes = engine.runtimes();
        return RuntimeHandlerFeatures.newBuilder()
                .setRecursiveReadOnlyMounts(runtimes.recursiveReadOnly(handler))
                .setUserNamespaces(
                        !runtimes.foreign(handler) && KernelVersion.current().atLeast(6, 15))
                .build();
    }

    /** By name, the one without a name first. */
    private SortedSet<String> handlers() {
        var all = new TreeSet<>(engine.settings().handlers());
        all.add("");
        return all;
    }

    /** The cluster's word on the node's pod CIDRs, one or one of each family; none says nothing. */
    void update(RuntimeConfig config) throws EngineException {
        var text = config.getNetworkConfig().getPodCidr();
        if (text.isBlank()) {
            return;
        }
        try {
            engine.networks()
                    .assignPodCidrs(Arrays.stream(text.split(",", -1))
                            .map(String::strip)
                            .toList());
            LOG.info("the node's pod CIDR is {}", text);
        } catch (IllegalArgumentException e) {
            throw new EngineException(
                    EngineException.Code.INVALID_ARGUMENT, "pod CIDR \"%s\": %s".formatted(text, e.getMessage()), e);
        } catch (IOException e) {
            throw new EngineException(
                    EngineException.Code.INTERNAL, "remember pod CIDR \"%s\": %s".formatted(text, e.getMessage()), e);
        }
    }

    /** The driver is never configured: this runtime writes to cgroupfs itself. */
    RuntimeConfigResponse runtimeConfig() {
        return RuntimeConfigResponse.newBuilder()
                .setLinux(LinuxRuntimeConfiguration.newBuilder().setCgroupDriver(CgroupDriver.CGROUPFS))
                .build();
    }

    private RuntimeCondition runtimeReady() {
        return engine.health()
                .problem()
                .map(problem -> condition("RuntimeReady", false, problem.reason(), problem.message()))
                .orElseGet(() -> condition("RuntimeReady", true, "", ""));
    }

    private RuntimeCondition networkReady() {
        return switch (engine.readiness().readiness()) {
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
