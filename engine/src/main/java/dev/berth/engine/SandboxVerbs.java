package dev.berth.engine;

import dev.berth.engine.sandbox.CheckNetwork;
import dev.berth.engine.sandbox.RemoveSandbox;
import dev.berth.engine.sandbox.RunSandbox;
import dev.berth.engine.sandbox.StopSandbox;
import dev.berth.engine.sandbox.UpdateSandbox;
import dev.berth.engine.session.PortForward;

/** What can be done with a sandbox: one member a verb. */
public record SandboxVerbs(
        RunSandbox run,
        StopSandbox stop,
        RemoveSandbox remove,
        UpdateSandbox update,
        CheckNetwork checkNetwork,
        PortForward portForward) {}
