/** The messages on a shim's control socket. */
@NullMarked
package dev.berth.shim.frame;

import org.jspecify.annotations.NullMarked;
