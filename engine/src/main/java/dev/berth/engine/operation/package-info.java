/** Operations that change something: joinable by key, visible by stage, undone when they fail. */
@NullMarked
package dev.berth.engine.operation;

import org.jspecify.annotations.NullMarked;
