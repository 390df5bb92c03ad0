package dev.berth.engine.sandbox;

import dev.berth.shim.Shim;

/** Whether containers can start in a sandbox. */
public sealed interface SandboxState {
    /** The shim holds the pod's namespaces. */
    record Ready(Shim holder) implements SandboxState {}

    /** Stopped by request, or its shim is gone. */
    record NotReady() implements SandboxState {}
}
