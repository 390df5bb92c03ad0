package dev.berth.e2e.protocol;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.berth.e2e.Checkout;
import dev.berth.e2e.HostState;
import dev.berth.e2e.Registry;
import dev.berth.e2e.SharedRegistry;
import dev.berth.e2e.Subject;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeoutException;
import javax.xml.stream.XMLStreamException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;

/** No spec of critest fails; those listed in critest-specs.txt pass: critest may not leave them out either. */
@ExtendWith(SharedRegistry.class)
final class CritestTest {
    private static final Path SPECS = Path.of("src/test/resources/critest-specs.txt");
    private static final String NETWORK = "Networking runtime";
    private static final String ALL = "";

    private record Round(String focus, int processes) {}

    /** {@code -Dberth.critest.times=3} does it that often: what is flaky shows. */
    @Test
    void everySpecPassesOrIsSkippedByCritestItselfAloneAndInEightProcesses(@TempDir Path folder, Registry registry)
            throws IOException, InterruptedException, TimeoutException, XMLStreamException {
        var rounds = new ArrayList<Round>();
        for (int time = 0; time < Integer.getInteger("berth.critest.times", 1); time++) {
            rounds.add(new Round(ALL, 1));
            rounds.add(new Round(ALL, 8));
        }
        requirePassed(folder, registry, "", rounds);
    }

    @Test
    void theNetworkSpecsPassWithPluginProgramsToo(@TempDir Path folder, Registry registry)
            throws IOException, InterruptedException, TimeoutException, XMLStreamException {
        assumeTrue(
                Files.isExecutable(Path.of("/usr/lib/cni/portmap")),
                "critest is not run with plugin programs: containernetworking-plugins is not installed");
        Files.writeString(
                Files.createDirectories(folder.resolve("conf.d")).resolve("cni.toml"),
                "[cni]\nprefer_builtin = false\n");
        requirePassed(folder, registry, "[k8s.io] Networking ", List.of(new Round(NETWORK, 1)));
    }

    private static void requirePassed(Path folder, Registry registry, String prefix, List<Round> rounds)
            throws IOException, InterruptedException, TimeoutException, XMLStreamException {
        var program = Checkout.current().tool("critest");
        assumeTrue(Files.isExecutable(program), "critest is not run: test-e2e/tools/build could not build it");
        var specs = Files.readAllLines(SPECS).stream()
                .filter(spec -> spec.startsWith(prefix))
                .toList();
        var subject = Subject.start(folder, registry);
        try (subject) {
            var work = Files.createDirectories(folder.resolve("critest-work"));
            var critest = Critest.prepare(program, work, registry);
            for (var round : rounds) {
                var results = critest.run(subject.runtime().socket(), round.focus, round.processes);
                assertEquals(List.of(), results.failed());
                assertEquals(List.of(), results.otherThanPassed(specs), () -> "of " + specs.size() + " specs");
            }
        }
        HostState.awaitSame(subject.marks(), subject.before());
    }
}
