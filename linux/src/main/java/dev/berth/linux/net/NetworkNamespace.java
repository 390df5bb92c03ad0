package dev.berth.linux.net;

import com.sun.jna.Native;
import dev.berth.linux.ErrnoException;
import dev.berth.linux.Fd;
import java.io.IOException;
import java.nio.file.Path;
import org.jspecify.annotations.Nullable;

/** Ways into a network namespace. */
public final class NetworkNamespace {
    private static final int CLONE_NEWNET = 0x40000000;
    private static final int O_CLOEXEC = 0x80000;

    private NetworkNamespace() {}

    /** Work to be done by a thread that is inside a namespace. */
    @FunctionalInterface
    public interface Work<T> {
        T run() throws IOException;
    }

    /** Opens a namespace by a path such as {@code /proc/<pid>/ns/net}. */
    public static Fd open(Path path) throws ErrnoException {
        return Fd.orThrow(NetCalls.open(path.toString(), O_CLOEXEC, 0), "open", path.toString());
    }

    /**
     * Does some work inside a namespace, on a thread of its own that ends with the work: a thread that has entered a
     * namespace must never carry anything else. Sockets and files of /proc/sys/net opened there stay in that namespace
     * and may be used from any thread.
     */
    public static <T> T call(Fd netns, Work<T> work) throws IOException {
        return onThreadOfItsOwn(() -> {
            if (NetCalls.setns(netns.number(), CLONE_NEWNET) != 0) {
                throw new ErrnoException("setns", netns + ", CLONE_NEWNET", Native.getLastError());
            }
            return work.run();
        });
    }

    /** The same inside a new namespace, which ends with the last descriptor, socket or process that holds it. */
    public static <T> T callInNew(Work<T> work) throws IOException {
        return onThreadOfItsOwn(() -> {
            if (NetCalls.unshare(CLONE_NEWNET) != 0) {
                throw new ErrnoException("unshare", "CLONE_NEWNET", Native.getLastError());
            }
            return work.run();
        });
    }

    /** Opens the namespace of the calling thread. */
    public static Fd current() throws ErrnoException {
        return open(Path.of("/proc/thread-self/ns/net"));
    }

    private static <T> T onThreadOfItsOwn(Work<T> work) throws IOException {
        Visit<T> visit = new Visit<>(work);
        Thread thread = Thread.ofPlatform().name("netns-visit").daemon().start(visit);
        joinUninterruptibly(thread);
        return visit.outcome();
    }

    /** The work uses the caller's descriptor, so the caller may go only when the work has ended. */
    private static void joinUninterruptibly(Thread thread) {
        boolean interrupted = false;
        while (thread.isAlive()) {
            try {
                thread.join();
            } catch (InterruptedException _) {
                interrupted = true;
            }
        }
        if (interrupted) {
            Thread.currentThread().interrupt();
        }
    }

    private static final class Visit<T> implements Runnable {
        private final Work<T> work;
        private @Nullable T result;
        private @Nullable IOException failure;
        private @Nullable RuntimeException defect;

        Visit(Work<T> work) {
            this.work = work;
        }

        @Override
        public void run() {
            try {
                result = work.run();
            } catch (IOException e) {
                failure = e;
            } catch (RuntimeException e) {
                defect = e;
            }
        }

        T outcome() throws IOException {
            if (failure != null) {
                throw failure;
            }
            if (defect != null) {
                throw defect;
            }
            if (result == null) {
                throw new IllegalStateException("the work in the namespace gave no result");
            }
            return result;
        }
    }
}
