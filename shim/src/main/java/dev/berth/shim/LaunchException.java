package dev.berth.shim;

import dev.berth.linux.Errno;
import dev.berth.shim.plan.LaunchPlan;
import java.io.IOException;
import java.nio.ByteBuffer;

/** A launch that failed at one step of its plan. Nothing of it is left. */
public final class LaunchException extends IOException {
    private static final long serialVersionUID = 1L;

    private final int stepIndex;
    private final String stepName;
    private final String subject;
    private final int errno;

    LaunchException(int stepIndex, String stepName, String subject, int errno, String detail) {
        this(
                stepName + "(" + subject + "): " + Errno.describe(errno)
                        + (detail.isEmpty() ? "" : " (" + detail + ")"),
                stepIndex,
                stepName,
                subject,
                errno);
    }

    private LaunchException(String message, int stepIndex, String stepName, String subject, int errno) {
        super(message);
        this.stepIndex = stepIndex;
        this.stepName = stepName;
        this.subject = subject;
        this.errno = errno;
    }

    static LaunchException decode(ByteBuffer payload) {
        int stepIndex = payload.getInt();
        int errno = payload.getInt();
        String stepName = Wire.string(payload);
        String subject = Wire.string(payload);
        return new LaunchException(stepIndex, stepName, subject, errno, Wire.string(payload));
    }

    /** The same failure; where the step was about a mount of the host's, its path is told, too. */
    LaunchException of(LaunchPlan plan) {
        String message = String.valueOf(getMessage())
                + plan.hostPath(stepIndex)
                        .map(path -> "; the host path is " + path)
                        .orElse("");
        LaunchException told = new LaunchException(message, stepIndex, stepName, subject, errno);
        told.initCause(this);
        return told;
    }

    /** Position in the plan's steps, or -1 when the launch failed outside of them. */
    public int stepIndex() {
        return stepIndex;
    }

    public String stepName() {
        return stepName;
    }

    public String subject() {
        return subject;
    }

    public int errno() {
        return errno;
    }
}
