/** Locks that other programs on the host know too. */
@NullMarked
package dev.berth.linux.lock;

import org.jspecify.annotations.NullMarked;
