/** What happens to pods and containers, told to whoever subscribes. */
@NullMarked
package dev.berth.engine.event;

import org.jspecify.annotations.NullMarked;
