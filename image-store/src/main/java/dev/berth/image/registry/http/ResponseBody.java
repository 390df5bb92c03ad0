package dev.berth.image.registry.http;

import dev.berth.image.registry.failure.Cause;
import java.io.IOException;
import java.io.InputStream;
import java.io.InterruptedIOException;
import java.net.http.HttpResponse;
import java.nio.ByteBuffer;
import java.util.List;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.Flow;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicReference;
import org.jspecify.annotations.Nullable;

/**
 * The body of a response as a stream that demands a minimum rate. Only time spent waiting for bytes counts, so a slow reader is not
 * mistaken for a slow host.
 */
final class ResponseBody extends InputStream implements HttpResponse.BodySubscriber<InputStream> {
    /** Deliveries asked for ahead of the reader; each is some 16 KiB. */
    private static final int AHEAD = 8;

    private sealed interface Event {
        record Piece(List<ByteBuffer> buffers) implements Event {}

        record Failure(Throwable cause) implements Event {}

        record End() implements Event {}
    }

    private final Transfer transfer;
    // bounded by what is asked for: AHEAD deliveries and one end
    private final BlockingQueue<Event> events = new LinkedBlockingQueue<>();
    private final AtomicReference<Flow.@Nullable Subscription> subscription = new AtomicReference<>();
    private List<ByteBuffer> buffers = List.of();
    private int next;
    private boolean ended;
    private long waited;
    private long received;

    ResponseBody(Transfer transfer) {
        this.transfer = transfer;
    }

    @Override
    public CompletionStage<InputStream> getBody() {
        return CompletableFuture.completedFuture(this);
    }

    @Override
    public void onSubscribe(Flow.Subscription given) {
        subscription.set(given);
        given.request(AHEAD);
    }

    @Override
    public void onNext(List<ByteBuffer> item) {
        events.add(new Event.Piece(item));
    }

    @Override
    public void onError(Throwable cause) {
        events.add(new Event.Failure(cause));
    }

    @Override
    public void onComplete() {
        events.add(new Event.End());
    }

    @Override
    public int read() throws IOException {
        var one = new byte[1];
        return read(one, 0, 1) < 0 ? -1 : one[0] & 0xff;
    }

    @Override
    public int read(byte[] bytes, int offset, int length) throws IOException {
        while (!ended) {
            if (next < buffers.size() && !buffers.get(next).hasRemaining()) {
                next++;
            } else if (next < buffers.size()) {
                var count = Math.min(length, buffers.get(next).remaining());
                buffers.get(next).get(bytes, offset, count);
                return count;
            } else {
                advance();
            }
        }
        return -1;
    }

    private void advance() throws IOException {
        switch (await()) {
            case Event.Piece(var arrived) -> {
                buffers = arrived;
                next = 0;
                arrived.forEach(buffer -> received += buffer.remaining());
                var source = subscription.get();
                if (source != null) {
                    source.request(1);
                }
            }
            case Event.Failure(var cause) -> throw new IOException("the connection broke: " + Cause.of(cause), cause);
            case Event.End() -> ended = true;
        }
    }

    private Event await() throws IOException {
        var event = events.poll();
        while (event == null) {
            var begin = System.nanoTime();
            event = pollUntilWindowEnds();
            waited += System.nanoTime() - begin;
            if (waited >= transfer.window().toNanos()) {
                endWindow();
            }
        }
        return event;
    }

    private @Nullable Event pollUntilWindowEnds() throws IOException {
        try {
            return events.poll(transfer.window().toNanos() - waited, TimeUnit.NANOSECONDS);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw (IOException) new InterruptedIOException("the download was interrupted").initCause(e);
        }
    }

    private void endWindow() throws StalledException {
        var wanted = transfer.minimumRate() * (waited / 1e9);
        if (received < wanted) {
            throw new StalledException("only " + received + " bytes came in " + waited / 1_000_000_000 + " s");
        }
        waited = 0;
        received = 0;
    }

    @Override
    public void close() {
        var source = subscription.get();
        if (source != null) {
            source.cancel();
        }
    }
}
