package dev.berth.engine.container;

import dev.berth.engine.failure.EngineException;

/** A container as it is at one moment. */
public record Container(ContainerRecord record, ContainerState state) {
    public String id() {
        return record.id();
    }

    public ContainerConfig config() {
        return record.config();
    }

    Container in(ContainerState next) {
        return new Container(record, next);
    }

    /** The running state of a container that must be running. */
    public ContainerState.Running requireRunning() throws EngineException {
        return switch (state) {
            case ContainerState.Running running -> running;
            case ContainerState.Created _ ->
                throw EngineException.precondition("container " + record.label() + " is not running: not started yet");
            case ContainerState.Exited exited ->
                throw EngineException.precondition("container %s is not running: exited with code %d (%s)"
                        .formatted(record.label(), exited.exitCode(), exited.reason()));
        };
    }
}
