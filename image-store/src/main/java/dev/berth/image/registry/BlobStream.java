package dev.berth.image.registry;

import dev.berth.image.oci.Digest;
import dev.berth.image.registry.Exchange.Wanted;
import dev.berth.image.registry.failure.RegistryException;
import dev.berth.image.registry.failure.RegistryException.Kind;
import dev.berth.image.registry.http.Transfer;
import java.io.IOException;
import java.io.InputStream;
import java.io.InterruptedIOException;
import org.jspecify.annotations.Nullable;

/** Some bytes of a blob: when a connection breaks or stalls, another one goes on from the byte that was reached. */
final class BlobStream extends InputStream {
    /** A connection that brought this much was worth it: the count of failures starts again. */
    private static final long PROGRESS = 1 << 20;

    /**
     * What is read.
     *
     * @param from the first byte
     * @param to the byte behind the last
     * @param asked the end that requests name: {@code to}, or {@link Wanted#END} if that is the blob's own
     */
    record Source(RegistrySession session, Digest digest, long from, long to, long asked) {}

    private final Source source;
    private final Transfer transfer;
    private @Nullable BlobPart part;
    private long position;
    private long partStart;
    private int failures;

    BlobStream(Source source, Transfer transfer) {
        this.source = source;
        this.transfer = transfer;
        this.position = source.from();
    }

    @Override
    public int read() throws IOException {
        var one = new byte[1];
        return read(one, 0, 1) < 0 ? -1 : one[0] & 0xff;
    }

    @Override
    public int read(byte[] bytes, int offset, int length) throws IOException {
        while (position < source.to()) {
            var current = part == null ? open() : part;
            try {
                var wanted = (int) Math.min(length, source.to() - position);
                var count = current.body().read(bytes, offset, wanted);
                if (count < 0) {
                    throw new IOException("the body ends after " + position + " of " + source.to() + " bytes");
                }
                position += count;
                return count;
            } catch (InterruptedIOException e) {
                throw e;
            } catch (IOException e) {
                failed(current, e);
            }
        }
        return -1;
    }

    private BlobPart open() throws IOException {
        try {
            partStart = position;
            var opened = source.session().part(source.digest(), position, source.asked());
            part = opened;
            return opened;
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw (IOException) new InterruptedIOException("the download was interrupted").initCause(e);
        }
    }

    private void failed(BlobPart current, IOException failure) throws IOException {
        close();
        source.session().blame(current.host());
        failures = position - partStart >= PROGRESS ? 1 : failures + 1;
        if (failures >= transfer.attempts()) {
            throw new RegistryException(
                    Kind.UNREACHABLE,
                    "blob " + source.digest() + ": " + current.host() + ": " + failure.getMessage() + " (attempt "
                            + failures + ")",
                    failure);
        }
    }

    @Override
    public void close() throws IOException {
        if (part != null) {
            part.body().close();
            part = null;
        }
    }
}
