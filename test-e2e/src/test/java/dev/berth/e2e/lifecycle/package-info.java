/** A pod from start to end, through every death of the daemon, and beside another daemon. */
@NullMarked
package dev.berth.e2e.lifecycle;

import org.jspecify.annotations.NullMarked;
