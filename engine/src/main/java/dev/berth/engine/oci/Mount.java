package dev.berth.engine.oci;

import com.fasterxml.jackson.annotation.JsonInclude;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** A mount with its options as mount(8) spells them. */
@JsonInclude(JsonInclude.Include.NON_EMPTY)
public record Mount(
        String destination, @Nullable String type, @Nullable String source, List<String> options) {
    /** The option that names the part of the source to mount. */
    public static final String SUBDIRECTORY = "X-mount.subdir=";

    /** The option that shows files with the ids of the container's user namespace. */
    public static final String MAPPED = "ridmap";

    public Mount {
        options = Absent.list(options);
    }

    public boolean bind() {
        return "bind".equals(type) || options.contains("bind") || options.contains("rbind");
    }
}
