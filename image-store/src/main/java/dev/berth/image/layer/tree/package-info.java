/** The file tree of one layer as overlayfs wants it. */
@NullMarked
package dev.berth.image.layer.tree;

import org.jspecify.annotations.NullMarked;
