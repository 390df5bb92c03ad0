package dev.berth.shim;

import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.berth.linux.Fd;
import dev.berth.shim.plan.LaunchPlan;
import dev.berth.shim.plan.Step;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * A container with CAP_SYS_PTRACE that looks into every process which appears in its PID namespace (CVE-2016-9962): each is
 * inside the container's root, holds nothing of the host and has no capability that the container lacks.
 */
@ParameterizedClass
@ValueSource(strings = {"berth-shim", "berth-shim-asan"})
@Timeout(60)
class StrangersEyesTest {
    private static final long CAPABILITIES = Plans.DEFAULT_CAPABILITIES | 1L << 19;
    private static final int SIGHTINGS = 20;

    private final Berths berths;
    private final Path marker;
    private Shim spy;

    StrangersEyesTest(String program, @TempDir Path top) throws IOException, InterruptedException {
        berths = new Berths(program, top);
        marker = Files.createFile(top.resolve("marker"));
    }

    @BeforeEach
    void watch() throws IOException {
        Files.copy(Path.of("target", "shim-spy"), berths.root.resolve("bin/spy"), StandardCopyOption.COPY_ATTRIBUTES);
        List<Step> steps =
                new ArrayList<>(Plans.steps(berths.root, List.of(), Plans.command("/bin/spy", marker.toString())));
        steps.replaceAll(StrangersEyesTest::withPtrace);
        spy = berths.start(berths.launch("spy", new LaunchPlan(Plans.NEWPID, Optional.empty(), steps)));
    }

    @AfterEach
    void clean() throws IOException {
        berths.close();
    }

    private static Step withPtrace(Step step) {
        return switch (step) {
            case Step.BoundingCapabilities _ -> new Step.BoundingCapabilities(CAPABILITIES);
            case Step.Credentials _ -> new Step.Credentials(0, 0, List.of(), CAPABILITIES, CAPABILITIES, 0, 0);
            default -> step;
        };
    }

    private boolean seenEnough() throws IOException {
        return berths.said("spy").stream().filter("seen"::equals).count() >= SIGHTINGS;
    }

    private void assertNothingLeaked() throws IOException {
        List<String> leaks = berths.said("spy").stream()
                .filter(line -> line.startsWith("LEAK"))
                .distinct()
                .toList();
        assertEquals(List.of(), leaks);
    }

    @Test
    void aCommandShowsNothingOfTheHost() throws IOException {
        while (!seenEnough()) {
            assertEquals(0, Berths.transcript(spy.exec(Plans.exec("/bin/true"))).code());
        }
        assertNothingLeaked();
    }

    @Test
    void aCommandWithATerminalShowsNothingOfTheHost() throws IOException {
        ExecOptions terminal = new ExecOptions(true, true, Duration.ZERO);
        while (!seenEnough()) {
            assertEquals(
                    0,
                    Berths.transcript(spy.exec(Plans.exec("/bin/tty"), terminal))
                            .code());
        }
        assertNothingLeaked();
    }

    @Test
    void aContainerThatJoinsThePidNamespaceShowsNothingOfTheHost() throws IOException {
        Fd init = spy.initPidfd().orElseThrow();
        List<Step> join = List.of(new Step.EnterNamespaces(0, Plans.NEWPID));
        LaunchPlan plan =
                new LaunchPlan(0, Optional.empty(), Plans.steps(berths.root, join, Plans.command("/bin/true")));
        for (int count = 0; !seenEnough(); count++) {
            ContainerLaunch plain = berths.launch("c" + count, plan);
            ContainerLaunch joining = new ContainerLaunch(
                    plain.id(),
                    plain.directory(),
                    plan,
                    List.of(init),
                    plain.log(),
                    false,
                    false,
                    false,
                    Optional.empty());
            assertEquals(0, berths.start(joining).awaitExit().code());
        }
        assertNothingLeaked();
    }
}
