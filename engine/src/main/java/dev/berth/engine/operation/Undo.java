package dev.berth.engine.operation;

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
    private final Deque<Entry> last = new ArrayDeque<>();

    /** One step back. */
    @FunctionalInterface
    public interface Action {
        void run() throws IOException;
    }

    /** Registers how to undo a step; to be called before the step, with an action that tolerates that it never happened. */
    public void push(String what, Action action) {
        entries.push(new Entry(what, action));
    }

    /** Registers the end of the way back, such as forgetting the record: done only if all before it succeeded. */
    public void lastly(String what, Action action) {
        last.push(new Entry(what, action));
    }

    /** The success exit: nothing is undone. */
    public void keep() {
        entries.clear();
        last.clear();
    }

    /** Runs every action even if one fails; what fails is logged, and the record that remains brings the next start to it. */
    @Override
    public void close() {
        boolean complete = true;
        while (!entries.isEmpty()) {
            complete &= undo(entries.pop());
        }
        while (complete && !last.isEmpty()) {
            complete = undo(last.pop());
        }
    }

    private static boolean undo(Entry entry) {
        try {
            entry.action().run();
            return true;
        } catch (IOException | RuntimeException e) {
            LOG.warn("roll-back of \"{}\" failed, the next start of the daemon finishes it", entry.what(), e);
            return false;
        }
    }
}
