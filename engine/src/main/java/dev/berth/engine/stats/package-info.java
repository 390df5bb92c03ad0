/** What containers use. */
@NullMarked
package dev.berth.engine.stats;

import org.jspecify.annotations.NullMarked;
