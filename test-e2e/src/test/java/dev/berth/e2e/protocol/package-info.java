/** The protocol as its own tools see it: crictl, critest, and requests that must be refused. */
@NullMarked
package dev.berth.e2e.protocol;

import org.jspecify.annotations.NullMarked;
