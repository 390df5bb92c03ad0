package dev.berth.cni.attachment;

import dev.berth.linux.Reason;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;

/** What went wrong of several things that are all to be tried. */
public final class Failures {
    /** One of the things. */
    @FunctionalInterface
    public interface Work {
        void run() throws IOException, InterruptedException;
    }

    private final List<IOException> failures = new ArrayList<>();

    public void of(String step, Work work) throws InterruptedException {
        try {
            work.run();
        } catch (IOException | IllegalArgumentException e) {
            failures.add(new IOException(step + ": " + Reason.of(e), e));
        }
    }

    /** Throws the first failure, with how many more there are; they are its suppressed ones. */
    public void raise() throws IOException {
        if (failures.isEmpty()) {
            return;
        }
        IOException first = failures.getFirst();
        if (failures.size() == 1) {
            throw first;
        }
        IOException all = new IOException(first.getMessage() + "; and " + (failures.size() - 1) + " more", first);
        failures.stream().skip(1).forEach(all::addSuppressed);
        throw all;
    }
}
