package dev.berth.e2e;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.TimeoutException;
import javax.xml.stream.XMLStreamException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;

/** The specs of critest that this runtime has to pass, listed in critest-specs.txt. */
@ExtendWith(SharedRegistry.class)
final class CritestTest {
    private static final Path SPECS = Path.of("src/test/resources/critest-specs.txt");
    private static final String FOCUS = "Runtime info|Idempotence|Image Manager"
            + "|PodSandbox runtime should support basic operations on PodSandbox"
            + "|Container runtime should support basic operations on container|UserNamespaces";

    @Test
    void theListedSpecsPass(@TempDir Path folder, Registry registry)
            throws IOException, InterruptedException, TimeoutException, XMLStreamException {
        var program = Checkout.current().tool("critest");
        assumeTrue(Files.isExecutable(program), "critest is not run: test-e2e/tools/build could not build it");
        var subject = Subject.start(folder, registry);
        Critest.Results results;
        try (subject) {
            var work = Files.createDirectories(folder.resolve("critest-work"));
            results = Critest.prepare(program, work, registry)
                    .run(subject.runtime().socket(), FOCUS);
        }
        var specs = Files.readAllLines(SPECS);
        var others = specs.stream()
                .filter(spec -> !results.of(spec).equals("passed"))
                .map(spec -> spec + ": " + results.of(spec))
                .toList();
        assertEquals(List.of(), others, () -> "of " + specs.size() + " specs, these did not pass");
        HostState.awaitSame(subject.marks(), subject.before());
    }
}
