package dev.berth.e2e;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.concurrent.TimeoutException;
import javax.xml.stream.XMLStreamException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The specs of critest that this runtime has to pass, listed in critest-specs.txt. */
@ExtendWith(SharedRegistry.class)
final class CritestTest {
    private static final Path SPECS = Path.of("src/test/resources/critest-specs.txt");
    private static final String IMAGES = "Image Manager|Image Consistency|Image Identifier Consistency";
    private static final String FOCUS = "Runtime info|Idempotence|" + IMAGES
            + "|PodSandbox runtime should support basic operations on PodSandbox"
            + "|Container runtime should support basic operations on container|UserNamespaces";

    private record Round(String focus, int processes) {}

    @Test
    void theListedSpecsPass(@TempDir Path folder, Registry registry)
            throws IOException, InterruptedException, TimeoutException, XMLStreamException {
        requirePassed(folder, registry, "", List.of(new Round(FOCUS, 1)));
    }

    @Test
    void theImageSpecsPassThreeTimesInEightProcesses(@TempDir Path folder, Registry registry)
            throws IOException, InterruptedException, TimeoutException, XMLStreamException {
        var round = new Round(IMAGES, 8);
        requirePassed(folder, registry, "[k8s.io] Image ", List.of(round, round, round));
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
                assertEquals(List.of(), results.otherThanPassed(specs), () -> "of " + specs.size() + " specs");
            }
        }
        HostState.awaitSame(subject.marks(), subject.before());
    }

    /** With the plugins inside the daemon, and with the programs of containernetworking-plugins. */
    @ParameterizedTest
    @ValueSource(booleans = {true, false})
    void theNetworkSpecsPass(boolean builtin, @TempDir Path folder, Registry registry)
            throws IOException, InterruptedException, TimeoutException, XMLStreamException {
        var program = Checkout.current().tool("critest");
        assumeTrue(Files.isExecutable(program), "critest is not run: test-e2e/tools/build could not build it");
        assumeTrue(
                builtin || Files.isExecutable(Path.of("/usr/lib/cni/portmap")),
                "critest is not run with plugin programs: containernetworking-plugins is not installed");
        Files.writeString(
                Files.createDirectories(folder.resolve("conf.d")).resolve("cni.toml"),
                "[cni]\nprefer_builtin = " + builtin + "\n");
        var subject = Subject.start(folder, registry);
        try (subject) {
            var work = Files.createDirectories(folder.resolve("critest-work"));
            var results = Critest.prepare(program, work, registry)
                    .run(subject.runtime().socket(), "Networking");
            var bySpec = new TreeMap<>(results.bySpec());
            bySpec.values().removeIf("skipped"::equals); // those out of focus
            assertTrue(bySpec.size() >= 5, bySpec::toString);
            assertEquals(Set.of("passed"), new TreeSet<>(bySpec.values()), bySpec::toString);
        }
        HostState.awaitSame(subject.marks(), subject.before());
    }
}
