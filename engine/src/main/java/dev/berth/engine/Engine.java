package dev.berth.engine;

import dev.berth.cgroup.CgroupHost;
import dev.berth.cni.NetworkWatch;
import dev.berth.cni.PodNetworks;
import dev.berth.engine.cdi.CdiDevices;
import dev.berth.engine.container.Containers;
import dev.berth.engine.container.CreateContainer;
import dev.berth.engine.container.Launch;
import dev.berth.engine.container.RecoverContainers;
import dev.berth.engine.container.RemoveContainer;
import dev.berth.engine.container.ReopenLog;
import dev.berth.engine.container.StartContainer;
import dev.berth.engine.container.StopContainer;
import dev.berth.engine.container.UpdateResources;
import dev.berth.engine.event.Events;
import dev.berth.engine.host.HangingPaths;
import dev.berth.engine.host.Health;
import dev.berth.engine.host.ProcessLimits;
import dev.berth.engine.image.Images;
import dev.berth.engine.image.StoreVerbs;
import dev.berth.engine.operation.Operations;
import dev.berth.engine.operation.Stage;
import dev.berth.engine.operation.Turns;
import dev.berth.engine.runtime.Runtimes;
import dev.berth.engine.sandbox.CheckNetwork;
import dev.berth.engine.sandbox.CollectNetworks;
import dev.berth.engine.sandbox.FinishStops;
import dev.berth.engine.sandbox.ReadyNamespaces;
import dev.berth.engine.sandbox.RecoverSandboxes;
import dev.berth.engine.sandbox.RemoveSandbox;
import dev.berth.engine.sandbox.RunSandbox;
import dev.berth.engine.sandbox.Sandboxes;
import dev.berth.engine.sandbox.StopSandbox;
import dev.berth.engine.sandbox.UpdateSandbox;
import dev.berth.engine.session.Attach;
import dev.berth.engine.session.Exec;
import dev.berth.engine.session.ExecSync;
import dev.berth.engine.session.PortForward;
import dev.berth.engine.snapshot.DeclaredVolumes;
import dev.berth.engine.snapshot.WritableLayers;
import dev.berth.engine.spec.ContainerSpecs;
import dev.berth.engine.spec.HostPaths;
import dev.berth.engine.stats.Details;
import dev.berth.engine.stats.PodUsages;
import dev.berth.engine.stats.Usages;
import dev.berth.image.ImageStore;
import dev.berth.shim.Shims;
import java.io.IOException;
import java.util.Optional;

/** What a node does with pods and containers, put together once and recovered; every door asks the same one. */
public final class Engine {
    private final EngineSettings settings;
    private final Host host;
    private final Operations operations;
    private final ImageStore store;
    private final PodNetworks networks;
    private final NetworkWatch readiness;
    private final Sandboxes sandboxes;
    private final Containers containers;
    private final Runtimes runtimes;
    private final SandboxVerbs sandboxVerbs;
    private final ContainerVerbs containerVerbs;
    private final Usages usages;
    private final PodUsages podUsages;
    private final Events events;
    private final Health health;

    private Engine(EngineSettings settings, Host host, CgroupHost cgroups, Optional<Stage> crashAt)
            throws IOException, InterruptedException {
        this.settings = settings;
        this.host = host;
        this.operations = new Operations(Thread.ofPlatform().daemon().factory(), crashAt);
        var turns = new Turns();
        this.sandboxes = new Sandboxes(settings.state(), settings.root(), turns);
        this.containers = new Containers(settings.state(), cgroups, turns);
        this.runtimes = Runtimes.open(settings.state(), settings.handlers(), settings.runtimes());
        this.store = ImageStore.open(settings.root(), settings.registries(), settings.images());
        this.networks = PodNetworks.open(settings.networks());
        var shims = new Shims(host.shimBinary(), settings.launchLimit());
        var layers = WritableLayers.open(settings.root());
        this.containerVerbs = containerVerbs(shims, layers);
        // sandboxes first: their containers' shims are found by themselves, but their removal needs the sandboxes
        new RecoverSandboxes(sandboxes, shims).recover();
        new RecoverContainers(containers, shims, containerVerbs.remove(), layers, store).recover();
        var check = new CheckNetwork(sandboxes, operations, networks);
        new CollectNetworks(sandboxes, operations, networks, check, settings.networkCollection()).start();
        this.sandboxVerbs = sandboxVerbs(shims, check);
        this.readiness = NetworkWatch.start(networks, NetworkLog::report);
        this.usages = new Usages(containers, layers);
        this.podUsages = new PodUsages(sandboxes, containers, usages);
        this.events = Events.of(sandboxes, containers);
        this.health = host.health();
    }

    /**
     * Takes the state directory for this process alone and recovers what an earlier one has left.
     *
     * @param crashAt fault injection for tests: the stage at which the process halts as if killed
     * @throws IOException when this host cannot serve, or another process has the state directory
     */
    public static Engine open(EngineSettings settings, ProcessLimits limits, Optional<Stage> crashAt)
            throws IOException, InterruptedException {
        var cgroups = CgroupHost.detect();
        return new Engine(settings, Host.claim(settings, limits, cgroups), cgroups, crashAt);
    }

    private ContainerVerbs containerVerbs(Shims shims, WritableLayers layers) throws IOException {
        var launch = new Launch(containers, layers, shims, host.seccompProfiles(), host.cgroupView());
        var specs = new ContainerSpecs(
                host.facts(),
                host.seccompProfiles(),
                new CdiDevices(settings.cdiDirectories()),
                new HostPaths(settings.makesHostPaths()));
        var stop = new StopContainer(containers, operations);
        return new ContainerVerbs(
                new CreateContainer(
                        containers,
                        sandboxes,
                        operations,
                        store,
                        layers,
                        specs,
                        runtimes,
                        new HangingPaths(settings.launchLimit()),
                        settings.cgroupParent(),
                        new DeclaredVolumes(layers, settings.imageVolumes())),
                new StartContainer(containers, sandboxes, operations, launch),
                stop,
                new RemoveContainer(containers, operations, stop, layers),
                new ExecSync(containers, launch),
                new Exec(containers, launch),
                new Attach(containers),
                new ReopenLog(containers),
                new UpdateResources(containers, operations, specs));
    }

    private SandboxVerbs sandboxVerbs(Shims shims, CheckNetwork check) {
        var namespaces = ReadyNamespaces.of(settings.readyNamespaces());
        var stop = new StopSandbox(sandboxes, containerVerbs.remove(), operations, networks);
        return new SandboxVerbs(
                new RunSandbox(sandboxes, operations, shims, networks, namespaces, runtimes),
                stop,
                new RemoveSandbox(sandboxes, containerVerbs.remove(), operations, stop),
                new UpdateSandbox(sandboxes),
                check,
                new PortForward(sandboxes));
    }

    /** To be called once the doors are open: stops that were under way when the last process died go on beside requests. */
    public void finishStops() {
        FinishStops.start(sandboxes, sandboxVerbs.stop());
    }

    public EngineSettings settings() {
        return settings;
    }

    /** Whether limits are enforced by cgroups v2 alone. */
    public boolean unifiedCgroups() {
        return host.unifiedCgroups();
    }

    public Operations operations() {
        return operations;
    }

    public ImageStore store() {
        return store;
    }

    public Images images() {
        return new Images(store, operations);
    }

    public StoreVerbs storeVerbs() {
        return new StoreVerbs(store, operations);
    }

    public PodNetworks networks() {
        return networks;
    }

    /** Whether pods can have a network now, kept up to date by itself. */
    public NetworkWatch readiness() {
        return readiness;
    }

    /** The snapshot of sandboxes that are not half-made. */
    public Sandboxes sandboxes() {
        return sandboxes;
    }

    /** What pods may name as their runtime handler. */
    public Runtimes runtimes() {
        return runtimes;
    }

    public Containers containers() {
        return containers;
    }

    public SandboxVerbs sandboxVerbs() {
        return sandboxVerbs;
    }

    public ContainerVerbs containerVerbs() {
        return containerVerbs;
    }

    public Usages usages() {
        return usages;
    }

    public PodUsages podUsages() {
        return podUsages;
    }

    public Details details() {
        return new Details(containers);
    }

    /** What happens to pods and containers from the recovery on. */
    public Events events() {
        return events;
    }

    /** Whether this host still lets pods be started. */
    public Health health() {
        return health;
    }
}
