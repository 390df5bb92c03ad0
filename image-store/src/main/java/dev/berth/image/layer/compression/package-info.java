/** The compressions of layers, told by their first bytes. */
@NullMarked
package dev.berth.image.layer.compression;

import org.jspecify.annotations.NullMarked;
