package dev.berth.engine;

import dev.berth.engine.container.CreateContainer;
import dev.berth.engine.container.RemoveContainer;
import dev.berth.engine.container.ReopenLog;
import dev.berth.engine.container.StartContainer;
import dev.berth.engine.container.StopContainer;
import dev.berth.engine.container.UpdateResources;
import dev.berth.engine.session.Attach;
import dev.berth.engine.session.Exec;
import dev.berth.engine.session.ExecSync;

/** What can be done with a container: one member a verb. */
public record ContainerVerbs(
        CreateContainer create,
        StartContainer start,
        StopContainer stop,
        RemoveContainer remove,
        ExecSync execSync,
        Exec exec,
        Attach attach,
        ReopenLog reopenLog,
        UpdateResources updateResources) {}
