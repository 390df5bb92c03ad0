package dev.berth.engine.oci;

import com.fasterxml.jackson.annotation.JsonInclude;
import org.jspecify.annotations.Nullable;

/** A rule of the device cgroup; absent numbers match any device. */
@JsonInclude(JsonInclude.Include.NON_NULL)
public record DeviceCgroup(
        boolean allow,
        @Nullable String type,
        @Nullable Long major,
        @Nullable Long minor,
        @Nullable String access) {}
