package dev.berth.image.download;

import java.io.IOException;
import java.io.InputStream;
import java.io.InterruptedIOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;

/**
 * A blob read from its beginning while several connections fill its part ahead of the reader, lowest pieces first. Memory holds one buffer
 * a connection; the rest is in the part's files.
 */
public final class RangedStream extends InputStream {
    /** Connections at a time for one blob. */
    private static final int CONNECTIONS = 3;

    private static final int BUFFER = 64 << 10;

    /** Opens the bytes of the blob from one position to another. */
    @FunctionalInterface
    public interface Source {
        InputStream open(long from, long to);
    }

    private final Part part;
    private final Source source;
    private final ExecutorService connections =
            Executors.newThreadPerTaskExecutor(Thread.ofVirtual().name("range").factory());
    /** Guards what follows. */
    private final ReentrantLock lock = new ReentrantLock();

    private final Condition progress = lock.newCondition();
    private final int[] arrived;
    private int next;
    private @Nullable IOException failure;

    /** The reader's alone. */
    private long position;

    private @Nullable FileChannel piece;

    private RangedStream(Part part, Source source, int[] arrived) {
        this.part = part;
        this.source = source;
        this.arrived = arrived;
    }

    public static RangedStream open(Part part, Source source) throws IOException {
        var arrived = new int[part.pieces()];
        for (var piece = 0; piece < arrived.length; piece++) {
            arrived[piece] = part.arrived(piece);
        }
        var stream = new RangedStream(part, source, arrived);
        for (var connection = 0; connection < CONNECTIONS; connection++) {
            stream.connections.execute(stream::fetch);
        }
        return stream;
    }

    private void fetch() {
        try {
            for (var taken = take(); taken < arrived.length; taken = take()) {
                fetch(taken);
            }
        } catch (IOException e) {
            fail(e);
        } catch (RuntimeException | Error e) {
            fail(new IOException("fetching a range failed: " + e, e));
            throw e;
        }
    }

    /** The lowest piece that nobody fetches and that is not whole; the number of pieces if there is none. */
    private int take() {
        lock.lock();
        try {
            while (next < arrived.length && arrived[next] == part.length(next)) {
                next++;
            }
            return failure == null && next < arrived.length ? next++ : arrived.length;
        } finally {
            lock.unlock();
        }
    }

    private void fetch(int taken) throws IOException {
        var begin = part.begin(taken);
        var buffer = new byte[BUFFER];
        try (var in = source.open(begin + arrived(taken), begin + part.length(taken));
                var out = part.writer(taken)) {
            for (var count = in.read(buffer); count >= 0; count = in.read(buffer)) {
                var bytes = ByteBuffer.wrap(buffer, 0, count);
                while (bytes.hasRemaining()) {
                    out.write(bytes);
                }
                add(taken, count);
            }
        }
    }

    private int arrived(int taken) {
        lock.lock();
        try {
            return arrived[taken];
        } finally {
            lock.unlock();
        }
    }

    private void add(int taken, int count) {
        lock.lock();
        try {
            arrived[taken] += count;
            progress.signalAll();
        } finally {
            lock.unlock();
        }
    }

    private void fail(IOException cause) {
        lock.lock();
        try {
            failure = failure == null ? cause : failure;
            progress.signalAll();
        } finally {
            lock.unlock();
        }
    }

    @Override
    public int read() throws IOException {
        var one = new byte[1];
        return read(one, 0, 1) < 0 ? -1 : one[0] & 0xff;
    }

    @Override
    public int read(byte[] bytes, int offset, int length) throws IOException {
        if (position == part.size()) {
            return -1;
        }
        var number = (int) (position / Part.PIECE);
        var within = (int) (position % Part.PIECE);
        var there = await(number, within) - within;
        var count = piece(number).read(ByteBuffer.wrap(bytes, offset, Math.min(length, there)), within);
        if (count < 0) {
            throw new IOException("piece " + number + " of " + part.folder() + " became shorter");
        }
        position += count;
        if (within + count == part.length(number)) {
            closePiece();
        }
        return count;
    }

    private int await(int number, int within) throws IOException {
        lock.lock();
        try {
            while (arrived[number] <= within) {
                if (failure != null) {
                    throw failure;
                }
                progress.await();
            }
            return arrived[number];
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw (IOException) new InterruptedIOException("the download was interrupted").initCause(e);
        } finally {
            lock.unlock();
        }
    }

    private FileChannel piece(int number) throws IOException {
        if (piece == null) {
            piece = part.reader(number);
        }
        return piece;
    }

    private void closePiece() throws IOException {
        if (piece != null) {
            piece.close();
            piece = null;
        }
    }

    /** Returns once no connection writes any more. */
    @Override
    public void close() throws IOException {
        connections.shutdownNow();
        connections.close();
        closePiece();
    }
}
