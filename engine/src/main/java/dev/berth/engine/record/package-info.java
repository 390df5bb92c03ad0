/** Durable records: JSON documents that are replaced whole or not at all. */
@NullMarked
package dev.berth.engine.record;

import org.jspecify.annotations.NullMarked;
