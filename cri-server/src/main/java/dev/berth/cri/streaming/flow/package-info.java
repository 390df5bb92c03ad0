/** What waits on a connection, each way, within limits. */
@NullMarked
package dev.berth.cri.streaming.flow;

import org.jspecify.annotations.NullMarked;
