package dev.berth.engine.host;

import dev.berth.engine.failure.EngineException;
import dev.berth.engine.failure.EngineException.Code;
import java.io.IOException;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;

/**
 * Whether the file systems of the host answer for paths that a request names. One of a network whose server is gone does
 * not, and whoever asks it waits for ever: so a thread asks that can be left behind, and while it hangs nobody asks for that path again.
 */
public final class HangingPaths {
    private final Duration limit;
    private final Set<String> hanging = ConcurrentHashMap.newKeySet();

    /** @param limit how long the paths of one request may take together */
    public HangingPaths(Duration limit) {
        this.limit = limit;
    }

    /** Returns when each path was looked up, whether it is there or not. */
    public void requireAnswers(List<String> paths) throws EngineException, InterruptedException {
        if (paths.isEmpty()) {
            return;
        }
        for (String path : paths) {
            if (hanging.contains(path)) {
                throw failure(path);
            }
        }
        Question question = new Question(paths);
        Thread thread = Thread.ofPlatform().daemon().name("host-paths").start(question);
        if (!thread.join(limit)) {
            throw leave(question, thread);
        }
    }

    private EngineException leave(Question question, Thread thread) {
        String path = question.path;
        hanging.add(path);
        if (!thread.isAlive()) {
            hanging.remove(path);
        }
        return failure(path);
    }

    private EngineException failure(String path) {
        return new EngineException(
                Code.DEADLINE_EXCEEDED,
                "host path %s did not answer within %d s: its file system hangs, as one of a network whose server is gone"
                        .formatted(path, limit.toSeconds()));
    }

    private final class Question implements Runnable {
        private final List<String> paths;
        private volatile String path = "";

        Question(List<String> paths) {
            this.paths = List.copyOf(paths);
        }

        @Override
        public void run() {
            for (String each : paths) {
                path = each;
                ask(each);
                hanging.remove(each);
            }
        }

        /** What is wrong with a path that answers is told by whoever uses it. */
        private static void ask(String path) {
            try {
                Path _ = Path.of(path).toRealPath();
            } catch (IOException | InvalidPathException _) {
                // an answer
            }
        }
    }
}
