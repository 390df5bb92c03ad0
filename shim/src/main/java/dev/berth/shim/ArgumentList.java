package dev.berth.shim;

import dev.berth.linux.Errno;
import dev.berth.shim.plan.Bytes;
import dev.berth.shim.plan.LaunchPlan;
import dev.berth.shim.plan.Step;
import java.util.List;

/** A program's arguments and environment, held to what the kernel takes of one string, and a launch of all together. */
record ArgumentList(int stepIndex, String program, List<Bytes> arguments, List<Bytes> environment) {
    /** MAX_ARG_STRLEN of linux/binfmts.h, less the NUL. */
    static final int LIMIT_STRING = 131_071;

    /** LIMIT_LAUNCH and LIMIT_FRAME of protocol.h. */
    static final int LIMIT_TOTAL = 2_097_152;

    /** Refuses what neither the shim nor the kernel would take, with the name of what is too long. */
    static void check(LaunchPlan plan, int encodedBytes) throws LaunchException {
        for (int index = 0; index < plan.steps().size(); index++) {
            if (plan.steps().get(index) instanceof Step.Exec(var arguments, var environment)) {
                String program = arguments.isEmpty() ? "" : arguments.getFirst().toString();
                new ArgumentList(index, program, arguments, environment).check(encodedBytes);
            }
        }
    }

    private void check(int encodedBytes) throws LaunchException {
        for (int index = 0; index < arguments.size(); index++) {
            check("argument " + index, arguments.get(index));
        }
        for (Bytes entry : environment) {
            check("environment variable " + name(entry), entry);
        }
        if (encodedBytes > LIMIT_TOTAL) {
            throw refused("arguments and environment take " + total() + " bytes, with the rest of the launch "
                    + encodedBytes + ", at most " + LIMIT_TOTAL);
        }
    }

    private void check(String what, Bytes text) throws LaunchException {
        if (text.length() > LIMIT_STRING) {
            throw refused(what + " has " + text.length() + " bytes, at most " + LIMIT_STRING);
        }
    }

    /** Of a variable that is too long by its name the beginning. */
    private static String name(Bytes entry) {
        String text = entry.toString();
        int end = text.indexOf('=');
        return text.substring(0, Math.min(end < 0 ? text.length() : end, 64));
    }

    private long total() {
        return arguments.stream().mapToLong(Bytes::length).sum()
                + environment.stream().mapToLong(Bytes::length).sum();
    }

    private LaunchException refused(String detail) {
        String shown = program.substring(0, Math.min(program.length(), 255));
        return new LaunchException(stepIndex, "exec", shown, Errno.E2BIG, detail);
    }
}
