/** A layer's blob on its way to a file tree, in one pass. */
@NullMarked
package dev.berth.image.layer;

import org.jspecify.annotations.NullMarked;
