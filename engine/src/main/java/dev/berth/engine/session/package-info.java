/** Commands that run in a container beside its own process, and the streams that clients have to it and to its pod. */
@NullMarked
package dev.berth.engine.session;

import org.jspecify.annotations.NullMarked;
