package dev.berth.cri.operation;

import java.io.IOException;
import java.util.ArrayDeque;
import java.util.Deque;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** The way back of an operation of several steps: unless kept, closing it undoes the steps, newest first. */
public final class Undo implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(Undo.class);

    private record Entry(String what, Action action) {}

    private final Deque<Entry> entries = new ArrayDeque<>();

    /** One step back. */
    @FunctionalInterface
    public interface Action {
        void run() throws IOException;
    }

    /** Registers how to undo a step; to be called before the step, with an action that tolerates that it never happened. */
    public void push(String what, Action action) {
        entries.push(new Entry(what, action));
    }

    /** The success exit: nothing is undone. */
    public void keep() {
        entries.clear();
    }

    /** Runs every action even if one fails; what fails is logged and left to the sweep at the next start. */
    @Override
    public void close() {
        while (!entries.isEmpty()) {
            var entry = entries.pop();
            try {
                entry.action().run();
            } catch (IOException | RuntimeException e) {
                LOG.warn("roll-back of \"{}\" failed, the next start of the daemon finishes it", entry.what(), e);
            }
        }
    }
}
