package dev.berth.engine.oci;

import com.fasterxml.jackson.annotation.JsonInclude;
import org.jspecify.annotations.Nullable;

/** A namespace the container gets: a new one, or with {@code path} the one found there. */
@JsonInclude(JsonInclude.Include.NON_EMPTY)
public record Namespace(String type, @Nullable String path) {
    public static final String USER = "user";
    public static final String PID = "pid";
    public static final String NETWORK = "network";
    public static final String MOUNT = "mount";
    public static final String IPC = "ipc";
    public static final String UTS = "uts";
    public static final String CGROUP = "cgroup";
}
