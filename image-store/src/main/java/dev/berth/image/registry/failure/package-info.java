/** Why a host, or all hosts of a registry, did not give what was asked of them. */
@NullMarked
package dev.berth.image.registry.failure;

import org.jspecify.annotations.NullMarked;
