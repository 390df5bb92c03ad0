package dev.berth.cri.log;

import dev.berth.cri.config.Configuration.LogFormat;
import dev.berth.cri.config.Configuration.LogLevel;
import java.util.logging.ConsoleHandler;
import java.util.logging.Level;
import java.util.logging.LogManager;
import java.util.logging.Logger;

/** Sends the daemon's log to standard error. */
public final class DaemonLog {
    /** Warns for each connection that a unix socket knows no TCP keep-alive; held here, as a logger is weakly held. */
    private static final Logger NETTY_BOOTSTRAP = Logger.getLogger("io.netty.bootstrap.ServerBootstrap");

    /** The same at the other end of the socket, in the berth command. */
    private static final Logger NETTY_CLIENT_BOOTSTRAP = Logger.getLogger("io.netty.bootstrap.Bootstrap");

    private DaemonLog() {}

    public static void start(LogLevel level, LogFormat format) {
        LogManager.getLogManager().reset();
        var handler = new ConsoleHandler();
        handler.setFormatter(
                switch (format) {
                    case TEXT -> new LineFormat();
                    case JSON -> new JsonFormat();
                });
        handler.setLevel(Level.ALL);
        var root = Logger.getLogger("");
        root.addHandler(handler);
        root.setLevel(Level.WARNING);
        NETTY_BOOTSTRAP.setLevel(Level.SEVERE);
        NETTY_CLIENT_BOOTSTRAP.setLevel(Level.SEVERE);
        Logger.getLogger("dev.berth").setLevel(javaLevel(level));
    }

    private static Level javaLevel(LogLevel level) {
        return switch (level) {
            case ERROR -> Level.SEVERE;
            case WARN -> Level.WARNING;
            case INFO -> Level.INFO;
            case DEBUG -> Level.FINE;
        };
    }
}
