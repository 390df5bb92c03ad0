package dev.berth.image.layer.digest;

import dev.berth.image.oci.Digest;
import java.io.IOException;
import java.io.InputStream;

/** A stream that takes the digest and the count of what is read through it; closing it leaves open what it reads from. */
public final class DigestingStream extends InputStream {
    private final InputStream in;
    private final DigestState state;
    private long count;

    /** The digest is to be like another one. */
    public DigestingStream(InputStream in, Digest like) {
        this.in = in;
        this.state = DigestState.like(like);
    }

    @Override
    public int read() throws IOException {
        var one = new byte[1];
        return read(one, 0, 1) < 0 ? -1 : one[0] & 0xff;
    }

    @Override
    public int read(byte[] bytes, int offset, int length) throws IOException {
        var read = in.read(bytes, offset, length);
        if (read > 0) {
            state.update(bytes, offset, read);
            count += read;
        }
        return read;
    }

    public long count() {
        return count;
    }

    /** Reads to the end and returns the digest of everything. */
    public Digest finish() throws IOException {
        var rest = new byte[64 << 10];
        while (read(rest, 0, rest.length) >= 0) {
            // only the digest is wanted
        }
        return state.finish();
    }

    @Override
    public void close() {
        state.close();
    }
}
