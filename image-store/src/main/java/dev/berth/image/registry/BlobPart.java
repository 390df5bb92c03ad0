package dev.berth.image.registry;

import dev.berth.image.registry.host.RegistryHost;
import java.io.InputStream;

/** One connection's share of a blob. */
record BlobPart(RegistryHost host, InputStream body) {}
