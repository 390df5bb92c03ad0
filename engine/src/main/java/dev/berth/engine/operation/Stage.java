package dev.berth.engine.operation;

import java.util.Arrays;
import java.util.Locale;
import java.util.Optional;

/**
 * The points an operation passes, in order. Each lies just after a side effect, so that a daemon which dies there leaves
 * exactly that effect behind.
 */
public enum Stage {
    RUN_SANDBOX_ACCEPTED,
    RUN_SANDBOX_RECORDED,
    RUN_SANDBOX_FILES_WRITTEN,
    RUN_SANDBOX_SHIM_STARTED,
    RUN_SANDBOX_NETWORK_ATTACHED,
    RUN_SANDBOX_READY,
    STOP_SANDBOX_ACCEPTED,
    STOP_SANDBOX_CONTAINERS_STOPPED,
    STOP_SANDBOX_NETWORK_DETACHED,
    STOP_SANDBOX_SHIM_ENDED,
    REMOVE_SANDBOX_ACCEPTED,
    REMOVE_SANDBOX_RECORDED,
    CREATE_CONTAINER_ACCEPTED,
    CREATE_CONTAINER_RECORDED,
    CREATE_CONTAINER_WRITABLE_LAYER_MADE,
    CREATE_CONTAINER_VOLUMES_MADE,
    CREATE_CONTAINER_CGROUP_MADE,
    CREATE_CONTAINER_READY,
    START_CONTAINER_ACCEPTED,
    START_CONTAINER_PREPARED,
    START_CONTAINER_SHIM_STARTED,
    UPDATE_RESOURCES_ACCEPTED,
    UPDATE_RESOURCES_RECORDED,
    UPDATE_RESOURCES_APPLIED,
    STOP_CONTAINER_ACCEPTED,
    STOP_CONTAINER_SIGNALLED,
    STOP_CONTAINER_KILLED,
    REMOVE_CONTAINER_ACCEPTED,
    REMOVE_CONTAINER_RECORDED,
    REMOVE_CONTAINER_RELEASED,
    PULL_IMAGE_STARTED,
    IMPORT_IMAGE_STARTED,
    EXPORT_IMAGE_STARTED,
    CHECK_IMAGES_STARTED,
    COLLECT_NETWORKS_STARTED,
    CHECK_NETWORK_STARTED;

    /** The name as messages, {@code berth ops} and the crash hook write it: {@code run-sandbox-recorded}. */
    public String label() {
        return name().toLowerCase(Locale.ROOT).replace('_', '-');
    }

    public static Optional<Stage> named(String label) {
        return Arrays.stream(values())
                .filter(stage -> stage.label().equals(label))
                .findFirst();
    }
}
