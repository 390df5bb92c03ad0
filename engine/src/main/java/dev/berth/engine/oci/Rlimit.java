package dev.berth.engine.oci;

/** A resource limit by name, such as {@code RLIMIT_NOFILE}. */
public record Rlimit(String type, long soft, long hard) {}
