/** Import and export, images in files: OCI layouts and docker-archives, read with bounded memory and written in one pass. */
@NullMarked
package dev.berth.image.archive;

import org.jspecify.annotations.NullMarked;
