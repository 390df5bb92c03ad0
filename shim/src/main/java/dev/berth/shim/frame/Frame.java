package dev.berth.shim.frame;

import java.nio.ByteBuffer;

/** One message of the control socket. */
public record Frame(FrameType type, ByteBuffer payload) {}
