package dev.berth.engine.oci;

import com.fasterxml.jackson.annotation.JsonInclude;
import java.util.List;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/** The {@code process} object (config.md, Process). */
@JsonInclude(JsonInclude.Include.NON_EMPTY)
public record ContainerProcess(
        boolean terminal,
        User user,
        List<String> args,
        List<String> env,
        String cwd,
        @Nullable Capabilities capabilities,
        List<Rlimit> rlimits,
        boolean noNewPrivileges,
        @Nullable String apparmorProfile,
        @Nullable Integer oomScoreAdj,
        @Nullable String selinuxLabel) {
    public ContainerProcess {
        args = Absent.list(args);
        env = Absent.list(env);
        rlimits = Absent.list(rlimits);
    }

    /** The same process with another environment and other supplementary groups. */
    public ContainerProcess with(List<String> environment, List<Integer> groups) {
        return new ContainerProcess(
                terminal,
                new User(user.uid(), user.gid(), user.umask(), groups),
                args,
                environment,
                cwd,
                capabilities,
                rlimits,
                noNewPrivileges,
                apparmorProfile,
                oomScoreAdj,
                selinuxLabel);
    }

    /** The same process with another command line and terminal, as exec runs it. */
    public ContainerProcess running(List<String> argv, boolean withTerminal) {
        return new ContainerProcess(
                withTerminal,
                user,
                argv,
                withTerminal ? withTerm() : env,
                cwd,
                capabilities,
                rlimits,
                noNewPrivileges,
                apparmorProfile,
                oomScoreAdj,
                selinuxLabel);
    }

    private List<String> withTerm() {
        boolean known = env.stream().anyMatch(variable -> variable.startsWith("TERM="));
        return known
                ? env
                : Stream.concat(env.stream(), Stream.of("TERM=xterm")).toList();
    }
}
