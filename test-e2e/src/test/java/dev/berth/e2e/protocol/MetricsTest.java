package dev.berth.e2e.protocol;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.berth.e2e.OnePod;
import dev.berth.e2e.Ports;
import dev.berth.e2e.Registry;
import dev.berth.e2e.SharedRegistry;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.TimeoutException;
import java.util.stream.Stream;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;

/** What Prometheus gets. */
@ExtendWith(SharedRegistry.class)
final class MetricsTest {
    private static final Path PROMTOOL = Path.of("/usr/bin/promtool");
    private static final Path CPUACCT = Path.of("/sys/fs/cgroup/cpuacct");

    @AutoClose("end")
    private final OnePod node;

    private final URI metrics;

    MetricsTest(@TempDir Path folder, Registry registry) throws IOException, InterruptedException, TimeoutException {
        var address = "127.0.0.1:" + Ports.free();
        metrics = URI.create("http://" + address + "/metrics");
        Files.writeString(
                Files.createDirectories(folder.resolve("conf.d")).resolve("metrics.toml"),
                "[metrics]\nlisten = \"" + address + "\"\n");
        node = OnePod.run(folder, registry);
    }

    private List<String> scrape() throws IOException, InterruptedException {
        try (var client = HttpClient.newHttpClient()) {
            var answer = client.send(HttpRequest.newBuilder(metrics).build(), HttpResponse.BodyHandlers.ofLines());
            assertEquals(200, answer.statusCode());
            return answer.body().toList();
        }
    }

    @Test
    void aContainersTimeHasItsNamesAndFractionsOfSeconds() throws IOException, InterruptedException {
        var id = node.pod().start(OnePod.box("sleep", "1000").build());
        node.output(id, "i=0; while [ $i -lt 20000 ]; do i=$((i+1)); done");
        var cgroup = node.pod().config().getLinux().getCgroupParent() + "/" + id;
        var usage = CPUACCT.resolve(cgroup.substring(1)).resolve("cpuacct.usage");
        var before = Long.parseLong(Files.readString(usage).strip());
        var line = scrape().stream()
                .filter(each -> each.startsWith("container_cpu_usage_seconds_total{id=\"" + cgroup + "\","))
                .findFirst()
                .orElseThrow();
        for (var label : List.of("container=\"box\"", "pod=\"pod\"", "namespace=\"e2e\"", "cpu=\"total\"")) {
            assertTrue(line.contains(label), line);
        }
        var told = Math.round(1e9 * Double.parseDouble(line.substring(line.lastIndexOf(' '))));
        var after = Long.parseLong(Files.readString(usage).strip());
        assertTrue(before - 1 <= told && told <= after + 1, before + " " + told + " " + after);
    }

    /** Those of pods and containers are called as cAdvisor calls them, which promtool has objections to. */
    @Test
    void namesAreAsPrometheusWantsThem() throws IOException, InterruptedException {
        assumeTrue(Files.isExecutable(PROMTOOL), "promtool is not there: Debian's package prometheus");
        var process = new ProcessBuilder(PROMTOOL.toString(), "check", "metrics")
                .redirectErrorStream(true)
                .start();
        try (var input = process.outputWriter()) {
            for (var line : scrape().stream().filter(MetricsTest::own).toList()) {
                input.write(line + "\n");
            }
        }
        var said = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        assertEquals(0, process.waitFor(), said);
        assertEquals("", said);
    }

    private static boolean own(String line) {
        return Stream.of("berth_", "# HELP berth_", "# TYPE berth_").anyMatch(line::startsWith);
    }
}
