package dev.berth.cri;

import dev.berth.cgroup.CgroupHost;
import dev.berth.cni.NetworkReadiness;
import dev.berth.cni.NetworkWatch;
import dev.berth.cni.PodNetworks;
import dev.berth.cri.config.Configuration;
import dev.berth.cri.container.Containers;
import dev.berth.cri.container.CreateContainer;
import dev.berth.cri.container.ExecSync;
import dev.berth.cri.container.Launch;
import dev.berth.cri.container.RecoverContainers;
import dev.berth.cri.container.RemoveContainer;
import dev.berth.cri.container.StartContainer;
import dev.berth.cri.container.StopContainer;
import dev.berth.cri.container.WritableLayers;
import dev.berth.cri.door.CriServer;
import dev.berth.cri.door.ImageDoor;
import dev.berth.cri.door.NodeAnswers;
import dev.berth.cri.door.RuntimeDoor;
import dev.berth.cri.door.StoreDoor;
import dev.berth.cri.door.VerboseAnswers;
import dev.berth.cri.door.Verbs;
import dev.berth.cri.failure.CriException;
import dev.berth.cri.host.Host;
import dev.berth.cri.host.ProcessLimits;
import dev.berth.cri.image.Images;
import dev.berth.cri.image.StoreVerbs;
import dev.berth.cri.metrics.CallMetrics;
import dev.berth.cri.metrics.MetricsServer;
import dev.berth.cri.metrics.NodeMetrics;
import dev.berth.cri.metrics.PullMetrics;
import dev.berth.cri.operation.Operations;
import dev.berth.cri.operation.Stage;
import dev.berth.cri.operation.Turns;
import dev.berth.cri.sandbox.CheckNetwork;
import dev.berth.cri.sandbox.CollectNetworks;
import dev.berth.cri.sandbox.ReadyNamespaces;
import dev.berth.cri.sandbox.RecoverSandboxes;
import dev.berth.cri.sandbox.RemoveSandbox;
import dev.berth.cri.sandbox.RunSandbox;
import dev.berth.cri.sandbox.Sandbox;
import dev.berth.cri.sandbox.Sandboxes;
import dev.berth.cri.sandbox.StopSandbox;
import dev.berth.cri.spec.ContainerSpecs;
import dev.berth.cri.stats.Usages;
import dev.berth.image.ImageStore;
import dev.berth.shim.Shims;
import io.grpc.ServerInterceptors;
import io.prometheus.client.CollectorRegistry;
import java.io.IOException;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.SortedSet;
import java.util.TreeSet;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** The parts of the daemon, put together top down: hold the state directory, recover, then answer. */
final class Daemon {
    private static final Logger LOG = LoggerFactory.getLogger(Daemon.class);

    private final Configuration configuration;
    private final Host host;
    private final Operations operations;
    private final Sandboxes sandboxes;
    private final Containers containers;

    private Daemon(Configuration configuration, Host host, CgroupHost cgroups, Optional<Stage> crashAt) {
        this.configuration = configuration;
        this.host = host;
        this.operations = new Operations(Thread.ofPlatform().daemon().factory(), crashAt);
        var turns = new Turns();
        this.sandboxes = new Sandboxes(configuration.state(), configuration.root(), turns);
        this.containers = new Containers(configuration.state(), cgroups, turns);
    }

    /** Serves until the process is ended. Returns only when the server stops by itself. */
    static void run(Configuration configuration, ProcessLimits limits, Optional<Stage> crashAt)
            throws IOException, InterruptedException {
        var cgroups = CgroupHost.detect();
        var host = Host.claim(configuration, limits, cgroups);
        new Daemon(configuration, host, cgroups, crashAt).serve();
    }

    private void serve() throws IOException, InterruptedException {
        var images = ImageStore.open(configuration.root(), host.registries(), host.storeSettings());
        var networks = PodNetworks.open(host.networkSettings());
        var shims = new Shims(host.shimBinary());
        var layers = WritableLayers.open(configuration.root());
        var registry = new CollectorRegistry();
        var check = new CheckNetwork(sandboxes, operations, networks);
        var stop = new StopContainer(containers, operations);
        var remove = new RemoveContainer(containers, operations, stop, layers);
        // sandboxes first: their containers' shims are found by themselves, but their removal needs the sandboxes
        new RecoverSandboxes(sandboxes, shims).recover();
        new RecoverContainers(containers, shims, remove, layers, images).recover();
        var interval = Duration.ofSeconds(configuration.cni().gcIntervalSeconds());
        new CollectNetworks(sandboxes, operations, networks, check, interval).start();
        var verbs = verbs(images, networks, check, shims, layers, stop, remove);
        var metered = new CallMetrics(registry);
        new NodeMetrics(sandboxes, containers, operations, networks).register(registry);
        new PullMetrics(images).register(registry);
        var server = CriServer.start(
                configuration.listen(),
                List.of(
                        ServerInterceptors.intercept(new RuntimeDoor(verbs), metered),
                        ServerInterceptors.intercept(
                                new ImageDoor(new Images(images, operations), verbs.verbose()), metered),
                        new StoreDoor(new StoreVerbs(images, operations)).bindService()));
        if (configuration.metrics().isPresent()) {
            MetricsServer.start(configuration.metrics().get(), registry);
        }
        host.announce();
        Thread.ofPlatform().daemon().name("unfinished stops").start(() -> finishStops(verbs.stopSandbox()));
        server.awaitTermination();
    }

    private Verbs verbs(
            ImageStore images,
            PodNetworks networks,
            CheckNetwork check,
            Shims shims,
            WritableLayers layers,
            StopContainer stop,
            RemoveContainer remove)
            throws IOException, InterruptedException {
        var handlers = configuration.runtimeHandlers().keySet();
        var verbose = new VerboseAnswers(containers, operations, images, configuration, networks, check);
        var launch = new Launch(containers, layers, shims, host.seccompProfiles(), host.cgroupView());
        var namespaces = ReadyNamespaces.of(configuration.cni().readyNamespaces());
        var stopSandbox = new StopSandbox(sandboxes, remove, operations, networks);
        return new Verbs(
                new NodeAnswers(
                        Version.TEXT,
                        configuration.root(),
                        configuration.state(),
                        networks,
                        NetworkWatch.start(networks, Daemon::report),
                        withDefault(handlers),
                        verbose),
                sandboxes,
                new RunSandbox(sandboxes, operations, shims, networks, namespaces, handlers),
                stopSandbox,
                new RemoveSandbox(sandboxes, remove, operations, stopSandbox),
                containers,
                new CreateContainer(
                        containers,
                        sandboxes,
                        operations,
                        images,
                        layers,
                        new ContainerSpecs(host.facts(), host.seccompProfiles()),
                        configuration.cgroup().parent()),
                new StartContainer(containers, sandboxes, operations, launch),
                stop,
                remove,
                new ExecSync(containers, launch),
                new Usages(containers, layers),
                verbose);
    }

    /**
     * A sandbox whose stop was under way when the daemon died is stopped now. Requests are answered meanwhile: plugins may
     * take long, and whoever asks for the same stop joins it.
     */
    private void finishStops(StopSandbox stop) {
        try {
            for (Sandbox sandbox : sandboxes.index().all()) {
                if (sandbox.stopUnfinished()) {
                    finish(stop, sandbox.id());
                }
            }
        } catch (InterruptedException _) {
            Thread.currentThread().interrupt();
        }
    }

    private static void finish(StopSandbox stop, String id) throws InterruptedException {
        try {
            stop.stop(id);
        } catch (CriException e) {
            LOG.warn("finish the stop of sandbox {}: {}", id, e.getMessage());
        }
    }

    private static SortedSet<String> withDefault(Set<String> handlers) {
        var all = new TreeSet<>(handlers);
        all.add("");
        return all;
    }

    private static void report(NetworkReadiness readiness) {
        switch (readiness) {
            case NetworkReadiness.Ready(var network, var origin) ->
                LOG.info("the pod network is ready: {}, {}", network, origin);
            case NetworkReadiness.NotReady(var reason, var message) ->
                LOG.warn("the pod network is not ready: {}: {}", reason, message);
        }
    }
}
