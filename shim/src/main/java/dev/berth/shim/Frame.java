package dev.berth.shim;

import java.nio.ByteBuffer;

/** One message of the control socket. */
record Frame(FrameType type, ByteBuffer payload) {}
