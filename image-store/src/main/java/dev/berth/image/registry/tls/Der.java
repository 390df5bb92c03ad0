package dev.berth.image.registry.tls;

import java.io.ByteArrayOutputStream;
import java.nio.BufferUnderflowException;
import java.nio.ByteBuffer;

/** As much of ASN.1's distinguished encoding rules (X.690) as private keys need. */
final class Der {
    private static final int OCTETS = 0x04;
    private static final int SEQUENCE = 0x30;
    /** ECPrivateKey's optional "parameters", tagged [0] (RFC 5915, section 3). */
    private static final int CURVE = 0xa0;

    private Der() {}

    static byte[] sequence(byte[]... parts) {
        var content = new ByteArrayOutputStream();
        for (var part : parts) {
            content.writeBytes(part);
        }
        return value(SEQUENCE, content.toByteArray());
    }

    static byte[] octets(byte[] content) {
        return value(OCTETS, content);
    }

    private static byte[] value(int tag, byte[] content) {
        var out = new ByteArrayOutputStream();
        out.write(tag);
        if (content.length < 0x80) {
            out.write(content.length);
        } else {
            // three bytes of length are more than any key needs
            out.write(0x83);
            out.write(content.length >> 16);
            out.write(content.length >> 8);
            out.write(content.length);
        }
        out.writeBytes(content);
        return out.toByteArray();
    }

    /** The curve's identifier within an ECPrivateKey. */
    static byte[] curve(byte[] key) {
        try {
            var fields = content(ByteBuffer.wrap(key), SEQUENCE);
            while (fields.hasRemaining()) {
                var tag = fields.get(fields.position()) & 0xff;
                var field = content(fields, tag);
                if (tag == CURVE) {
                    var found = new byte[field.remaining()];
                    field.get(found);
                    return found;
                }
            }
        } catch (BufferUnderflowException e) {
            throw new IllegalArgumentException("it ends too early", e);
        }
        throw new IllegalArgumentException("it names no curve");
    }

    private static ByteBuffer content(ByteBuffer in, int tag) {
        if ((in.get() & 0xff) != tag) {
            throw new IllegalArgumentException("it is not of the form that its PEM header says");
        }
        var length = length(in);
        if (length > in.remaining()) {
            throw new IllegalArgumentException("it ends too early");
        }
        var content = in.slice(in.position(), length);
        in.position(in.position() + length);
        return content;
    }

    private static int length(ByteBuffer in) {
        var first = in.get() & 0xff;
        if (first < 0x80) {
            return first;
        }
        var length = 0;
        if (first > 0x83) {
            throw new IllegalArgumentException("a part of it is too long");
        }
        for (var left = first & 0x7f; left > 0; left--) {
            length = length << 8 | (in.get() & 0xff);
        }
        return length;
    }
}
