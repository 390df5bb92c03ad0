package dev.berth.engine.oci;

import com.fasterxml.jackson.annotation.JsonInclude;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Numeric ids of a process; {@code umask} is a file mode creation mask. */
@JsonInclude(JsonInclude.Include.NON_EMPTY)
public record User(int uid, int gid, @Nullable Integer umask, List<Integer> additionalGids) {
    public User {
        additionalGids = Absent.list(additionalGids);
    }
}
