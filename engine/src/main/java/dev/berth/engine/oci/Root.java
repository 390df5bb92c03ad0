package dev.berth.engine.oci;

/** The container's root file system. */
public record Root(String path, boolean readonly) {}
