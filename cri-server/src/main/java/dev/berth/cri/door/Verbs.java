package dev.berth.cri.door;

import dev.berth.cri.container.Containers;
import dev.berth.cri.container.CreateContainer;
import dev.berth.cri.container.ExecSync;
import dev.berth.cri.container.RemoveContainer;
import dev.berth.cri.container.StartContainer;
import dev.berth.cri.container.StopContainer;
import dev.berth.cri.sandbox.RemoveSandbox;
import dev.berth.cri.sandbox.RunSandbox;
import dev.berth.cri.sandbox.Sandboxes;
import dev.berth.cri.sandbox.StopSandbox;
import dev.berth.cri.stats.Usages;

/** What the runtime service can do: one member a verb, and the snapshots it reads. */
public record Verbs(
        NodeAnswers node,
        Sandboxes sandboxes,
        RunSandbox runSandbox,
        StopSandbox stopSandbox,
        RemoveSandbox removeSandbox,
        Containers containers,
        CreateContainer createContainer,
        StartContainer startContainer,
        StopContainer stopContainer,
        RemoveContainer removeContainer,
        ExecSync execSync,
        Usages usages,
        VerboseAnswers verbose) {}
