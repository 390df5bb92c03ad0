package dev.berth.engine.request;

/** A host device, or a directory of them, asked for inside a container; {@code permissions} out of {@code rwm}. */
public record DeviceInput(String containerPath, String hostPath, String permissions) {}
