/** Starting, naming, watching and signalling processes, and the descriptors they are given. */
@NullMarked
package dev.berth.linux.process;

import org.jspecify.annotations.NullMarked;
