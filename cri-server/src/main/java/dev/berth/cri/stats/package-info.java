/** What containers use. */
@NullMarked
package dev.berth.cri.stats;

import org.jspecify.annotations.NullMarked;
