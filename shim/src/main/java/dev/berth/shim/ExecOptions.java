package dev.berth.shim;

import java.time.Duration;

/**
 * How a command in a running container is wired.
 *
 * @param drain how long, after the command's end, output of processes it left behind is still awaited; zero takes only
 *     what is there already
 */
public record ExecOptions(boolean stdin, boolean terminal, Duration drain) {
    /** Output only, no waiting for what the command leaves behind. */
    public static final ExecOptions PLAIN = new ExecOptions(false, false, Duration.ZERO);

    public ExecOptions {
        if (drain.isNegative() || drain.compareTo(Duration.ofSeconds(60)) > 0) {
            throw new IllegalArgumentException("drain time out of bounds: " + drain);
        }
    }
}
