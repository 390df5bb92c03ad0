/** The {@code berth} command: what an operator asks a daemon, or does in its absence. */
@NullMarked
package dev.berth.cri.cli;

import org.jspecify.annotations.NullMarked;
