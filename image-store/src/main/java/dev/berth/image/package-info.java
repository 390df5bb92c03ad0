/** The image store of a node: what is asked of it, and what it does at a start. */
@NullMarked
package dev.berth.image;

import org.jspecify.annotations.NullMarked;
