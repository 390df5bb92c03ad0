/** Garbage collection: what holds a layer, and the trash for layers that nothing holds any more. */
@NullMarked
package dev.berth.image.garbage;

import org.jspecify.annotations.NullMarked;
