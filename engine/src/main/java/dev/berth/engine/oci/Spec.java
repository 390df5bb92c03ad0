package dev.berth.engine.oci;

import com.fasterxml.jackson.annotation.JsonInclude;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** A container as the OCI runtime spec describes it (config.md): the document that everything else edits and lowers. */
@JsonInclude(JsonInclude.Include.NON_EMPTY)
public record Spec(
        String ociVersion,
        ContainerProcess process,
        Root root,
        @Nullable String hostname,
        List<Mount> mounts,
        Map<String, String> annotations,
        Linux linux) {
    public static final String VERSION = "1.2.0";

    private static final String BUNDLE_VERSION = "1.0.2";

    public Spec {
        mounts = Absent.list(mounts);
        annotations = Absent.map(annotations);
    }

    /** The same container with other mounts, as runtimes of any age read it: no member is newer than that version. */
    public Spec bundled(List<Mount> others) {
        return new Spec(BUNDLE_VERSION, process, root, hostname, others, annotations, linux);
    }

    /** The same container with other limits. */
    public Spec limitedTo(Resources resources) {
        return new Spec(
                ociVersion, process, root, hostname, mounts, annotations, linux.with(linux.devices(), resources));
    }
}
