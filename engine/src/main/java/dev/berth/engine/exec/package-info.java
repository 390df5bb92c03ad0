/** Commands that run in a container beside its own process. */
@NullMarked
package dev.berth.engine.exec;

import org.jspecify.annotations.NullMarked;
