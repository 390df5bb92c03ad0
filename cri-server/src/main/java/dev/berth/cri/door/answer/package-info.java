/** What the engine knows of pods and containers, in the protocol's messages. */
@NullMarked
package dev.berth.cri.door.answer;

import org.jspecify.annotations.NullMarked;
