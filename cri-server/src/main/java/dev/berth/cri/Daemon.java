package dev.berth.cri;

import dev.berth.cri.config.Configuration;
import dev.berth.cri.config.ConfigurationException;
import dev.berth.cri.config.ConfiguredEngine;
import dev.berth.cri.door.CriServer;
import dev.berth.cri.door.ImageDoor;
import dev.berth.cri.door.NodeAnswers;
import dev.berth.cri.door.RuntimeDoor;
import dev.berth.cri.door.StoreDoor;
import dev.berth.cri.door.inspect.VerboseAnswers;
import dev.berth.cri.metrics.CallMetrics;
import dev.berth.cri.metrics.ContainerMetrics;
import dev.berth.cri.metrics.MetricsServer;
import dev.berth.cri.metrics.NodeMetrics;
import dev.berth.cri.metrics.PullMetrics;
import dev.berth.cri.streaming.StreamingServer;
import dev.berth.engine.Engine;
import dev.berth.engine.host.ProcessLimits;
import dev.berth.engine.operation.Stage;
import io.grpc.ServerInterceptors;
import io.grpc.ServerServiceDefinition;
import io.prometheus.client.CollectorRegistry;
import java.io.IOException;
import java.util.List;
import java.util.Optional;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** The daemon: one engine, and the doors to it. */
final class Daemon {
    private static final Logger LOG = LoggerFactory.getLogger(Daemon.class);

    private final Configuration configuration;
    private final Engine engine;
    private final CollectorRegistry registry = new CollectorRegistry();

    private Daemon(Configuration configuration, Engine engine) {
        this.configuration = configuration;
        this.engine = engine;
    }

    /** Serves until the process is ended. Returns only when the server stops by itself. */
    static void run(Configuration configuration, ProcessLimits limits, Optional<Stage> crashAt)
            throws ConfigurationException, IOException, InterruptedException {
        var engine = Engine.open(ConfiguredEngine.settings(configuration), limits, crashAt);
        new Daemon(configuration, engine).serve();
    }

    private void serve() throws IOException, InterruptedException {
        new NodeMetrics(engine).register(registry);
        new ContainerMetrics(engine).register(registry);
        new PullMetrics(engine.store()).register(registry);
        var streams = StreamingServer.start(configuration.streaming(), engine);
        var server = CriServer.start(configuration.listen(), services(streams));
        if (configuration.metrics().isPresent()) {
            MetricsServer.start(configuration.metrics().get(), registry);
        }
        announce();
        engine.finishStops();
        server.awaitTermination();
    }

    private List<ServerServiceDefinition> services(StreamingServer streams) {
        var metered = new CallMetrics(registry);
        var verbose = new VerboseAnswers(engine, configuration);
        var node = new NodeAnswers(Version.TEXT, engine, verbose);
        return List.of(
                ServerInterceptors.intercept(new RuntimeDoor(engine, node, verbose, streams), metered),
                ServerInterceptors.intercept(new ImageDoor(engine.images(), verbose), metered),
                new StoreDoor(engine.storeVerbs()).bindService());
    }

    private void announce() {
        LOG.info(
                "serving CRI on {}, root {}, state {}, cgroup {}",
                configuration.listen(),
                configuration.root(),
                configuration.state(),
                engine.unifiedCgroups() ? "v2" : "v1");
    }
}
