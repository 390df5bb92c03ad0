/** Inflating by ISA-L, where the host has it. */
@NullMarked
package dev.berth.linux.inflate;

import org.jspecify.annotations.NullMarked;
