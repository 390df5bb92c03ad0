package dev.berth.cri.streaming;

import dev.berth.cri.streaming.port.PortForwarding;
import dev.berth.cri.streaming.remote.Ending;
import dev.berth.cri.streaming.remote.RemoteClient;
import dev.berth.cri.streaming.remote.RemoteSession;
import dev.berth.engine.Engine;

/** Begins what clients were invited to. */
final class Sessions {
    private final Engine engine;

    Sessions(Engine engine) {
        this.engine = engine;
    }

    void start(Invitation.Remote invitation, RemoteClient client) {
        session(invitation, client).start();
    }

    private RemoteSession session(Invitation.Remote invitation, RemoteClient client) {
        var verbs = engine.containerVerbs();
        return switch (invitation) {
            case Invitation.Exec(var id, var command, var streams) ->
                new RemoteSession(
                        "exec in container " + id,
                        streams,
                        () -> verbs.exec().open(id, command, streams),
                        code -> code == 0 ? new Ending.Success() : new Ending.NonZeroExit(code),
                        client);
            // how the container ended is its status to tell
            case Invitation.Attach(var id, var streams) ->
                new RemoteSession(
                        "attach to container " + id,
                        streams,
                        () -> verbs.attach().open(id),
                        _ -> new Ending.Success(),
                        client);
        };
    }

    PortForwarding forwarding(Invitation.PortForward invitation) {
        return new PortForwarding(invitation.sandboxId(), engine.sandboxVerbs().portForward());
    }
}
