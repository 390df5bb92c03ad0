package dev.berth.cri.oci;

import com.fasterxml.jackson.annotation.JsonInclude;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** The container's root file system. */
public record Root(String path, boolean readonly) {}
