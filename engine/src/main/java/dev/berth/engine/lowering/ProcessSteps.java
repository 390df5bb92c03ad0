package dev.berth.engine.lowering;

import dev.berth.engine.oci.Capabilities;
import dev.berth.engine.oci.ContainerProcess;
import dev.berth.engine.oci.InvalidSpecException;
import dev.berth.engine.oci.LinuxCapability;
import dev.berth.engine.oci.Rlimit;
import dev.berth.shim.plan.Bytes;
import dev.berth.shim.plan.Step;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** The steps that make a process what its spec says, once it stands in its namespaces and its root. */
record ProcessSteps(ContainerProcess process, Optional<Step.Seccomp> filter) {
    private static final int DEFAULT_UMASK = 0022;

    /** asm-generic/resource.h */
    private static final Map<String, Integer> RESOURCES = Map.ofEntries(
            Map.entry("RLIMIT_CPU", 0),
            Map.entry("RLIMIT_FSIZE", 1),
            Map.entry("RLIMIT_DATA", 2),
            Map.entry("RLIMIT_STACK", 3),
            Map.entry("RLIMIT_CORE", 4),
            Map.entry("RLIMIT_RSS", 5),
            Map.entry("RLIMIT_NPROC", 6),
            Map.entry("RLIMIT_NOFILE", 7),
            Map.entry("RLIMIT_MEMLOCK", 8),
            Map.entry("RLIMIT_AS", 9),
            Map.entry("RLIMIT_LOCKS", 10),
            Map.entry("RLIMIT_SIGPENDING", 11),
            Map.entry("RLIMIT_MSGQUEUE", 12),
            Map.entry("RLIMIT_NICE", 13),
            Map.entry("RLIMIT_RTPRIO", 14),
            Map.entry("RLIMIT_RTTIME", 15));

    /**
     * What is written to the process's own files in /proc: first of all, while /proc is the host's and nothing of the
     * container can have been mounted over it. The labels take effect at the exec.
     */
    List<Step> inHostProc() {
        List<Step> steps = new ArrayList<>();
        if (process.oomScoreAdj() != null) {
            steps.add(new Step.OomScoreAdj(process.oomScoreAdj(), true));
        }
        if (process.apparmorProfile() != null) {
            steps.add(new Step.AppArmor(process.apparmorProfile()));
        }
        if (process.selinuxLabel() != null) {
            steps.add(new Step.SelinuxLabel(process.selinuxLabel()));
        }
        return steps;
    }

    /**
     * From the session to the exec. Without no_new_privs a filter is loaded while CAP_SYS_ADMIN is still there, and
     * sees the change of credentials; with it the filter comes last and sees the exec alone.
     */
    List<Step> inContainer() throws InvalidSpecException {
        List<Step> steps = new ArrayList<>();
        steps.add(new Step.Session());
        for (Rlimit limit : process.rlimits()) {
            steps.add(limit(limit));
        }
        steps.add(new Step.Umask(orDefault(process.user().umask(), DEFAULT_UMASK)));
        steps.add(new Step.WorkingDirectory(process.cwd(), false));
        steps.addAll(privileges());
        steps.add(new Step.Exec(bytes(process.args()), bytes(process.env())));
        return steps;
    }

    private List<Step> privileges() throws InvalidSpecException {
        List<Step> steps = new ArrayList<>();
        if (process.noNewPrivileges()) {
            steps.add(new Step.NoNewPrivileges());
        } else {
            filter.ifPresent(steps::add);
        }
        Capabilities capabilities = capabilities();
        steps.add(new Step.BoundingCapabilities(bits(capabilities.bounding())));
        steps.add(credentials(capabilities));
        if (process.noNewPrivileges()) {
            filter.ifPresent(steps::add);
        }
        return steps;
    }

    private Capabilities capabilities() {
        return process.capabilities() == null
                ? new Capabilities(List.of(), List.of(), List.of(), List.of(), List.of())
                : process.capabilities();
    }

    private Step credentials(Capabilities capabilities) throws InvalidSpecException {
        return new Step.Credentials(
                process.user().uid(),
                process.user().gid(),
                process.user().additionalGids(),
                bits(capabilities.permitted()),
                bits(capabilities.effective()),
                bits(capabilities.inheritable()),
                bits(capabilities.ambient()));
    }

    private static Step limit(Rlimit limit) throws InvalidSpecException {
        Integer resource = RESOURCES.get(limit.type());
        if (resource == null) {
            throw new InvalidSpecException("unknown resource limit " + limit.type());
        }
        return new Step.ResourceLimit(resource, limit.soft(), limit.hard(), true);
    }

    private static long bits(List<String> names) throws InvalidSpecException {
        long bits = 0;
        for (String name : names) {
            bits |= LinuxCapability.named(name)
                    .orElseThrow(() -> new InvalidSpecException("unknown capability " + name))
                    .bit();
        }
        return bits;
    }

    private static List<Bytes> bytes(List<String> texts) {
        return texts.stream().map(Bytes::utf8).toList();
    }

    private static int orDefault(@Nullable Integer value, int otherwise) {
        return value == null ? otherwise : value;
    }
}
