package dev.berth.cri.oci;

/** The container's root file system. */
public record Root(String path, boolean readonly) {}
