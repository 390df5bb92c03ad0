/** Hearing from the kernel that files have changed. */
@NullMarked
package dev.berth.linux.watch;

import org.jspecify.annotations.NullMarked;
