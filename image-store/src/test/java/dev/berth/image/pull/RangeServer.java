package dev.berth.image.pull;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpHandler;
import java.io.IOException;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicLong;

/** Serves a blob with ranges, up to a number of bytes in all; then it breaks every answer off. */
final class RangeServer implements HttpHandler {
    private static final int STEP = 64 << 10;

    private final byte[] blob;
    final AtomicLong allowance = new AtomicLong(Long.MAX_VALUE);
    final AtomicLong served = new AtomicLong();
    final List<String> ranges = new CopyOnWriteArrayList<>();

    RangeServer(byte[] blob) {
        this.blob = blob;
    }

    @Override
    public void handle(HttpExchange exchange) throws IOException {
        var range = String.valueOf(exchange.getRequestHeaders().getFirst("Range"));
        ranges.add(range);
        var ends = range.replace("bytes=", "").split("-", -1);
        var from = range.equals("null") ? 0 : Integer.parseInt(ends[0]);
        var to = range.equals("null") || ends[1].isEmpty() ? blob.length : Integer.parseInt(ends[1]) + 1;
        exchange.getResponseHeaders().set("Content-Range", "bytes " + from + "-" + (to - 1) + "/" + blob.length);
        exchange.sendResponseHeaders(range.equals("null") ? 200 : 206, to - from);
        for (var at = from; at < to; at += STEP) {
            var count = Math.min(STEP, to - at);
            if (allowance.addAndGet(-count) < 0) {
                exchange.getResponseBody().flush();
                throw new IOException("breaks on purpose");
            }
            exchange.getResponseBody().write(blob, at, count);
            served.addAndGet(count);
        }
    }
}
