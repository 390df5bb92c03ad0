package dev.berth.shim.plan;

import java.io.ByteArrayOutputStream;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.List;

/** Bytes in the shim's wire format: little-endian, every string with its length before it and a NUL after it. */
public final class WireBuffer {
    private final ByteArrayOutputStream out = new ByteArrayOutputStream(4096);

    public WireBuffer flag(boolean value) {
        return octet(value ? 1 : 0);
    }

    public WireBuffer octet(int value) {
        out.write(value);
        return this;
    }

    public WireBuffer number32(int value) {
        return append(ByteBuffer.allocate(Integer.BYTES)
                .order(ByteOrder.LITTLE_ENDIAN)
                .putInt(value)
                .array());
    }

    public WireBuffer number64(long value) {
        return append(ByteBuffer.allocate(Long.BYTES)
                .order(ByteOrder.LITTLE_ENDIAN)
                .putLong(value)
                .array());
    }

    public WireBuffer string(String value) {
        return string(Bytes.utf8(value));
    }

    /** A string ends at its first NUL for the kernel, so one that holds a NUL would mean something else there. */
    public WireBuffer string(Bytes value) {
        byte[] content = value.toArray();
        for (byte octet : content) {
            if (octet == 0) {
                throw new IllegalArgumentException("NUL in: " + value);
            }
        }
        return number32(content.length).append(content).octet(0);
    }

    public WireBuffer bytes(Bytes value) {
        return number32(value.length()).append(value.toArray());
    }

    public WireBuffer strings(List<Bytes> values) {
        number32(values.size());
        values.forEach(this::string);
        return this;
    }

    public WireBuffer numbers(List<Integer> values) {
        number32(values.size());
        values.forEach(this::number32);
        return this;
    }

    private WireBuffer append(byte[] content) {
        out.writeBytes(content);
        return this;
    }

    public byte[] toArray() {
        return out.toByteArray();
    }
}
