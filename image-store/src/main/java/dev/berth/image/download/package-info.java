/** Large blobs by several ranges at once, and what of them survives a pull that does not end. */
@NullMarked
package dev.berth.image.download;

import org.jspecify.annotations.NullMarked;
