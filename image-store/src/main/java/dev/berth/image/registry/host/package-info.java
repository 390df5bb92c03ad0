/** The hosts of a registry: from hosts.toml or by default, and the journal of what a pull consulted. */
@NullMarked
package dev.berth.image.registry.host;

import org.jspecify.annotations.NullMarked;
