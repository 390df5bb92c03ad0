/** Digests taken while bytes pass. */
@NullMarked
package dev.berth.image.layer.digest;

import org.jspecify.annotations.NullMarked;
