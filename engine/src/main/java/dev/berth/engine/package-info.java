/** Puts the engine together: what a node does with pods and containers, for whichever door asks. */
@NullMarked
package dev.berth.engine;

import org.jspecify.annotations.NullMarked;
