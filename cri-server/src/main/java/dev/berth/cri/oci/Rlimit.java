package dev.berth.cri.oci;

import com.fasterxml.jackson.annotation.JsonInclude;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** A resource limit by name, such as {@code RLIMIT_NOFILE}. */
public record Rlimit(String type, long soft, long hard) {}
