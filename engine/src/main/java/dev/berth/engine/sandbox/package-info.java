/** Pod sandboxes: their records, their states and the verbs on them. */
@NullMarked
package dev.berth.engine.sandbox;

import org.jspecify.annotations.NullMarked;
