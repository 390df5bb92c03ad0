/** Containers: their records, their states and the verbs on them. */
@NullMarked
package dev.berth.engine.container;

import org.jspecify.annotations.NullMarked;
