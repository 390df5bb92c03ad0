package dev.berth.engine.sandbox;

import dev.berth.cni.PodNetworks;
import dev.berth.engine.failure.EngineException;
import dev.berth.engine.operation.Operations;
import dev.berth.engine.operation.Stage;
import dev.berth.linux.Reason;
import dev.berth.shim.Shim;
import java.io.IOException;
import java.util.Optional;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** CHECK of the sandboxes' networks: for whoever looks at a sandbox closely, and after a restart of the daemon. */
public final class CheckNetwork {
    private static final Logger LOG = LoggerFactory.getLogger(CheckNetwork.class);

    private final Sandboxes sandboxes;
    private final Operations operations;
    private final SandboxNetwork network;

    public CheckNetwork(Sandboxes sandboxes, Operations operations, PodNetworks networks) {
        this.sandboxes = sandboxes;
        this.operations = operations;
        this.network = new SandboxNetwork(networks);
    }

    /** What is wrong with a sandbox's network; empty if nothing is, and where there is none to check. */
    public Optional<String> problem(Sandbox sandbox) throws EngineException, InterruptedException {
        if (!sandbox.ready() || sandbox.config().namespaces().hostNetwork()) {
            return Optional.empty();
        }
        var holder = sandbox.requireHolder();
        var problem = operations.run(
                "check-network " + sandbox.id(),
                Stage.CHECK_NETWORK_STARTED,
                String.class,
                _ -> check(sandbox, holder));
        return Optional.of(problem).filter(text -> !text.isEmpty());
    }

    private String check(Sandbox sandbox, Shim holder) throws InterruptedException {
        try {
            network.check(sandbox.record(), holder);
            return "";
        } catch (IOException e) {
            return Reason.of(e);
        }
    }

    /** Says on the log which sandboxes have lost their network; a sandbox that is stopped meanwhile has not. */
    void all() throws InterruptedException {
        for (Sandbox sandbox : sandboxes.index().all()) {
            try {
                var problem = problem(sandbox);
                if (problem.isPresent() && ready(sandbox.id())) {
                    LOG.warn(
                            "the network of sandbox {} of {} is broken: {}",
                            sandbox.id(),
                            sandbox.config().metadata().key(),
                            problem.get());
                }
            } catch (EngineException e) {
                LOG.debug("sandbox {} is not checked: {}", sandbox.id(), Reason.of(e));
            }
        }
    }

    private boolean ready(String id) {
        return sandboxes.index().exactly(id).map(Sandbox::ready).orElse(false);
    }
}
