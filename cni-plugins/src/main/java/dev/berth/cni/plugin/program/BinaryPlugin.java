package dev.berth.cni.plugin.program;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.berth.cni.document.Json;
import dev.berth.cni.plugin.CniException;
import dev.berth.cni.plugin.CniVersion;
import dev.berth.cni.plugin.Invocation;
import dev.berth.cni.plugin.LinkRemoval;
import dev.berth.cni.plugin.Plugin;
import dev.berth.cni.plugin.PodNamespace;
import dev.berth.linux.Reason;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.stream.Collectors;

/** A plugin that is a program (CNI spec, section 2). */
public final class BinaryPlugin implements Plugin {
    private static final Duration BRIEF = Duration.ofSeconds(10);
    private static final Set<String> BRIEFLY = Set.of("STATUS", "VERSION", "GC", "CHECK");

    private final Path program;
    private final List<Path> searchPath;
    private final Duration timeout;
    private final SpokenVersions spoken;

    public BinaryPlugin(Path program, List<Path> searchPath, Duration timeout, SpokenVersions spoken) {
        this.program = program;
        this.searchPath = List.copyOf(searchPath);
        this.timeout = timeout;
        this.spoken = spoken;
    }

    @Override
    public void admit(Invocation invocation, ObjectNode config) {}

    @Override
    public ObjectNode add(Invocation invocation, PodNamespace pod, ObjectNode config)
            throws IOException, InterruptedException {
        byte[] output = run("ADD", environment(invocation), config);
        String subject = "CNI ADD by " + program + " for sandbox " + invocation.containerId() + ": result";
        try {
            return understood(Json.parse(output, subject), config, subject);
        } catch (IOException e) {
            throw new CniException(CniException.Kind.FAILED, Reason.of(e), e);
        }
    }

    /** A result that does not say its version is one of the configuration's: the next program in the chain wants to read it. */
    private static ObjectNode understood(ObjectNode result, ObjectNode config, String subject) throws IOException {
        if (Json.text(result, "cniVersion").isEmpty()) {
            return result.put("cniVersion", Json.text(config, "cniVersion"));
        }
        if (version(result).isEmpty()) {
            throw new IOException(subject + " of cniVersion " + result.path("cniVersion") + ", which is not supported");
        }
        return result;
    }

    @Override
    public void del(Invocation invocation, LinkRemoval removal, ObjectNode config)
            throws IOException, InterruptedException {
        run("DEL", environment(invocation), config);
    }

    @Override
    public void check(Invocation invocation, PodNamespace pod, ObjectNode config)
            throws IOException, InterruptedException {
        if (version(config).filter(CniVersion::hasCheck).isPresent()) {
            run("CHECK", environment(invocation), config);
        }
    }

    @Override
    public void status(ObjectNode config) throws IOException, InterruptedException {
        if (hasStatusAndGc(config)) {
            run("STATUS", Map.of(), config);
        } else {
            requireVersion(config);
        }
    }

    /** What VERSION answers matters only where it says clearly that the configuration's version is not spoken. */
    private void requireVersion(ObjectNode config) throws IOException, InterruptedException {
        String wanted = Json.text(config, "cniVersion");
        ObjectNode question = Json.object().put("cniVersion", wanted);
        List<String> versions = spoken.by(program, () -> run("VERSION", Map.of(), question));
        if (!versions.isEmpty() && !versions.contains(wanted)) {
            throw new CniException(
                    CniException.Kind.FAILED,
                    "CNI plugin " + program + " speaks " + String.join(", ", versions) + ", not the configuration's "
                            + wanted);
        }
    }

    @Override
    public void collect(Set<String> liveContainerIds, ObjectNode config) throws IOException, InterruptedException {
        if (hasStatusAndGc(config)) {
            run("GC", Map.of(), config);
        }
    }

    private static boolean hasStatusAndGc(ObjectNode config) {
        return version(config).filter(CniVersion::hasStatusAndGc).isPresent();
    }

    private static Optional<CniVersion> version(ObjectNode config) {
        return CniVersion.of(Json.text(config, "cniVersion"));
    }

    private static Map<String, String> environment(Invocation invocation) {
        return Map.of(
                "CNI_CONTAINERID", invocation.containerId(),
                "CNI_NETNS", invocation.netnsPath().orElse(""),
                "CNI_IFNAME", invocation.interfaceName(),
                "CNI_ARGS", invocation.arguments());
    }

    private byte[] run(String command, Map<String, String> invocation, ObjectNode config)
            throws IOException, InterruptedException {
        Map<String, String> environment = new TreeMap<>(invocation);
        environment.put("CNI_COMMAND", command);
        environment.put("CNI_PATH", searchPath.stream().map(Path::toString).collect(Collectors.joining(":")));
        String subject = "CNI " + command + " by " + program + subject(invocation);
        return new PluginProcess(program, subject, limit(command)).run(environment, Json.bytes(config));
    }

    /** Nobody's pod waits for these, but other questions, and after GC and CHECK other pods, do. */
    private Duration limit(String command) {
        boolean brief = BRIEFLY.contains(command);
        return brief && timeout.compareTo(BRIEF) > 0 ? BRIEF : timeout;
    }

    private static String subject(Map<String, String> invocation) {
        String id = invocation.get("CNI_CONTAINERID");
        return id == null ? "" : " for sandbox " + id;
    }
}
