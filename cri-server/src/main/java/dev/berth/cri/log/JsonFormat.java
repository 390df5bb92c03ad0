package dev.berth.cri.log;

import com.fasterxml.jackson.databind.json.JsonMapper;
import java.time.format.DateTimeFormatter;
import java.util.logging.Formatter;
import java.util.logging.LogRecord;

/** One JSON object a record and line, with the keys of {@link LineFormat}. */
final class JsonFormat extends Formatter {
    private static final JsonMapper JSON = new JsonMapper();

    @Override
    public String format(LogRecord entry) {
        var line = JSON.createObjectNode()
                .put("time", DateTimeFormatter.ISO_INSTANT.format(entry.getInstant()))
                .put("level", LineFormat.level(entry.getLevel()));
        var operation = Thread.currentThread().getName();
        if (!operation.isEmpty()) {
            line.put("op", operation);
        }
        line.put("msg", formatMessage(entry));
        if (entry.getThrown() != null) {
            line.put("error", LineFormat.trace(entry.getThrown(), entry.getLevel()));
        }
        return line + "\n";
    }
}
