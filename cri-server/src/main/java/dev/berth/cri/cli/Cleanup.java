package dev.berth.cri.cli;

import dev.berth.cgroup.CgroupHost;
import dev.berth.cni.PodNetworks;
import dev.berth.cri.config.Configuration;
import dev.berth.cri.config.ConfigurationException;
import dev.berth.cri.config.ConfiguredEngine;
import dev.berth.engine.Host;
import dev.berth.engine.host.ProcessLimits;
import dev.berth.engine.record.Trees;
import java.io.IOException;
import java.io.PrintStream;

/** Takes off the host what a daemon keeps there between two runs. Refused while a daemon or a pod of its is there. */
final class Cleanup {
    private final Configuration configuration;

    Cleanup(Configuration configuration) {
        this.configuration = configuration;
    }

    void run(PrintStream out) throws ConfigurationException, IOException {
        var cgroups = CgroupHost.detect();
        var settings = ConfiguredEngine.settings(configuration);
        Host.claim(settings, ProcessLimits.ofRoot(), cgroups);
        refuseWithPods("sandboxes");
        refuseWithPods("containers");
        try (var networks = PodNetworks.open(settings.networks())) {
            networks.dismantle();
        }
        cgroups.at(configuration.cgroup().parent()).remove();
        out.println("removed the default network and the cgroups of " + configuration.state());
    }

    private void refuseWithPods(String kind) throws IOException {
        int count = Trees.children(configuration.state().resolve(kind)).size();
        if (count > 0) {
            throw new IOException("%d %s are left in %s; start the daemon and remove them first"
                    .formatted(count, kind, configuration.state()));
        }
    }
}
