/** The layer of its own that each container writes into. */
@NullMarked
package dev.berth.engine.snapshot;

import org.jspecify.annotations.NullMarked;
