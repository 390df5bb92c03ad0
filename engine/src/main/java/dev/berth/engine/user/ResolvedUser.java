package dev.berth.engine.user;

import java.util.List;
import java.util.Optional;

/** Numeric credentials of a process. {@code groups} holds the primary group too; {@code home} is the database's. */
public record ResolvedUser(int uid, int gid, List<Integer> groups, Optional<String> home) {
    public ResolvedUser {
        groups = List.copyOf(groups);
    }
}
