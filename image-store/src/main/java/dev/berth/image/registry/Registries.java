package dev.berth.image.registry;

import java.nio.file.Path;

/** Where images come from: the directory of host configurations ("certs.d"), read anew for every pull. */
public record Registries(Path configPath) {}
