/**
 * The streaming door: what Exec, Attach and PortForward answer with is an address here, where a client is given the
 * streams over SPDY/3.1 or WebSocket.
 */
@NullMarked
package dev.berth.cri.streaming;

import org.jspecify.annotations.NullMarked;
