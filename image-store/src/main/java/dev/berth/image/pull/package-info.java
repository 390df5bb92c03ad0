/** The way of an image from a registry into the store, and what is told of it meanwhile. */
@NullMarked
package dev.berth.image.pull;

import org.jspecify.annotations.NullMarked;
