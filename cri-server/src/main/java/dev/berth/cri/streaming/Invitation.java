package dev.berth.cri.streaming;

import dev.berth.engine.session.StreamChoice;
import java.util.List;

/** What a client that comes with the right token is to be given. */
public sealed interface Invitation {
    /** The first part of the path that it is given at. */
    String path();

    /** The streams of a process. */
    sealed interface Remote extends Invitation {
        StreamChoice streams();
    }

    record Exec(String containerId, List<String> command, StreamChoice streams) implements Remote {
        public Exec {
            command = List.copyOf(command);
        }

        @Override
        public String path() {
            return "exec";
        }
    }

    record Attach(String containerId, StreamChoice streams) implements Remote {
        @Override
        public String path() {
            return "attach";
        }
    }

    /** Connections to the ports of a pod. */
    record PortForward(String sandboxId) implements Invitation {
        @Override
        public String path() {
            return "portforward";
        }
    }
}
