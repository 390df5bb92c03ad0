package dev.berth.engine.runtime;

import com.fasterxml.jackson.databind.json.JsonMapper;
import dev.berth.engine.failure.EngineException;
import dev.berth.linux.Reason;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** The runtime handlers that pods may ask for, and the runtimes of those that have one of their own. */
public final class Runtimes {
    private static final Logger LOG = LoggerFactory.getLogger(Runtimes.class);

    private final Set<String> handlers;
    private final Map<String, OciRuntime> runtimes = new HashMap<>();
    private final Map<String, Boolean> recursiveReadOnly = new HashMap<>();

    private Runtimes(Set<String> handlers) {
        this.handlers = Set.copyOf(handlers);
    }

    /**
     * Asks each program once what it can do.
     *
     * @param handlers the names that pods may give, besides none
     * @param programs those of them whose containers are another runtime's
     */
    public static Runtimes open(Path state, Set<String> handlers, Map<String, Path> programs) throws IOException {
        var opened = new Runtimes(handlers);
        for (var each : programs.entrySet()) {
            var runtime = new OciRuntime(each.getValue(), state.resolve("runtimes"), each.getKey());
            runtime.prepare();
            opened.runtimes.put(each.getKey(), runtime);
            opened.recursiveReadOnly.put(each.getKey(), bindsRecursivelyReadOnly(each.getKey(), runtime));
        }
        return opened;
    }

    /** A runtime that does not say what it can do is asked for nothing beyond what every one can. */
    private static boolean bindsRecursivelyReadOnly(String handler, OciRuntime runtime) {
        try {
            var features = RuntimeCommand.run(List.of(runtime.program().toString(), "features"));
            for (var option : new JsonMapper().readTree(features).path("mountOptions")) {
                if (option.asText().equals("rro")) {
                    return true;
                }
            }
        } catch (IOException e) {
            LOG.warn("runtime handler {} does not tell its features: {}", handler, Reason.of(e));
        }
        return false;
    }

    /** The runtime of a handler's containers, if it is not Berth's own launcher. */
    public Optional<OciRuntime> require(String handler) throws EngineException {
        if (!handler.isEmpty() && !handlers.contains(handler)) {
            throw EngineException.invalid("runtime handler \"%s\" is not configured; the default one (\"\") is%s"
                    .formatted(handler, handlers.isEmpty() ? "" : ", and " + new TreeSet<>(handlers)));
        }
        var runtime = Optional.ofNullable(runtimes.get(handler));
        if (runtime.isPresent() && !Files.isExecutable(runtime.get().program())) {
            throw EngineException.precondition("runtime handler \"%s\": there is no program %s; install it"
                    .formatted(handler, runtime.get().program()));
        }
        return runtime;
    }

    /** Whether the handler's containers are another runtime's. */
    public boolean foreign(String handler) {
        return runtimes.containsKey(handler);
    }

    /** Whether a container can have volumes that are read-only with all that is mounted in them. */
    public boolean recursiveReadOnly(String handler) {
        return recursiveReadOnly.getOrDefault(handler, true);
    }
}
