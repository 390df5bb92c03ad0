package dev.berth.cri.log;

import java.io.PrintWriter;
import java.io.StringWriter;
import java.time.format.DateTimeFormatter;
import java.util.Locale;
import java.util.logging.Formatter;
import java.util.logging.Level;
import java.util.logging.LogRecord;

/** One line a record, as {@code key=value} pairs: time, level, the operation that logs, message. */
final class LineFormat extends Formatter {
    @Override
    public String format(LogRecord entry) {
        var line = new StringBuilder(160);
        line.append("time=").append(DateTimeFormatter.ISO_INSTANT.format(entry.getInstant()));
        line.append(" level=").append(level(entry.getLevel()));
        var operation = Thread.currentThread().getName();
        if (!operation.isEmpty()) {
            line.append(" op=").append(quoted(operation));
        }
        line.append(" msg=").append(quoted(formatMessage(entry)));
        if (entry.getThrown() != null) {
            line.append(" error=").append(quoted(trace(entry.getThrown(), entry.getLevel())));
        }
        return line.append('\n').toString();
    }

    static String level(Level level) {
        return switch (level.intValue()) {
            case 1000 -> "error";
            case 900 -> "warn";
            case 800 -> "info";
            default -> "debug";
        };
    }

    /** The chain of messages; the stack only where it is a defect of ours, which is what an error level says. */
    static String trace(Throwable thrown, Level level) {
        if (level.intValue() < Level.SEVERE.intValue()) {
            var text = new StringBuilder(String.valueOf(thrown));
            for (var cause = thrown.getCause(); cause != null; cause = cause.getCause()) {
                text.append(": ").append(cause);
            }
            return text.toString();
        }
        var text = new StringWriter();
        thrown.printStackTrace(new PrintWriter(text));
        return text.toString();
    }

    /** Bare when it is one plain word; otherwise quoted, control characters escaped, so that no value forges a line. */
    private static String quoted(String value) {
        if (!value.isEmpty() && value.chars().allMatch(LineFormat::plain)) {
            return value;
        }
        var text = new StringBuilder(value.length() + 8).append('"');
        value.chars().forEach(each -> {
            switch (each) {
                case '"' -> text.append("\\\"");
                case '\\' -> text.append("\\\\");
                case '\n' -> text.append("\\n");
                case '\t' -> text.append("\\t");
                default -> {
                    if (each < ' ' || each == 127) {
                        text.append(String.format(Locale.ROOT, "\\x%02x", each));
                    } else {
                        text.append((char) each);
                    }
                }
            }
        });
        return text.append('"').toString();
    }

    private static boolean plain(int each) {
        return each > ' ' && each < 127 && each != '"' && each != '=' && each != '\\';
    }
}
