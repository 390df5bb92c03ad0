package dev.berth.engine.oci;

import com.fasterxml.jackson.annotation.JsonInclude;
import org.jspecify.annotations.Nullable;

/** A device node: {@code type} is {@code c}, {@code b}, {@code u} or {@code p}. */
@JsonInclude(JsonInclude.Include.NON_NULL)
public record Device(
        String path,
        String type,
        int major,
        int minor,
        @Nullable Integer fileMode,
        @Nullable Integer uid,
        @Nullable Integer gid) {}
