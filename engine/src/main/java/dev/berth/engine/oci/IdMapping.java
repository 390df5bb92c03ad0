package dev.berth.engine.oci;

import com.fasterxml.jackson.annotation.JsonProperty;

/** A range of ids of a user namespace and those of the host behind it. */
public record IdMapping(
        @JsonProperty("containerID") long containerId,
        @JsonProperty("hostID") long hostId,
        long size) {}
