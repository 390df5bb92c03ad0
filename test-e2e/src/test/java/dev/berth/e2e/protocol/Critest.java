package dev.berth.e2e.protocol;

import dev.berth.e2e.Checkout;
import dev.berth.e2e.Command;
import dev.berth.e2e.Registry;
import java.io.IOException;
import java.io.InputStream;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import javax.xml.stream.XMLInputFactory;
import javax.xml.stream.XMLStreamException;
import javax.xml.stream.XMLStreamReader;

/** The kubelet's conformance tests of a CRI runtime, run in a folder of their own against the stand-in images. */
record Critest(Path program, Path folder) {
    private static final Duration LIMIT = Duration.ofMinutes(15);
    private static final String DIGEST_IMAGE = "/test-image-digest@sha256:";
    private static final int HEX_DIGITS = 64;

    /** Plugins of the Node Resource Interface, which Berth does not load. */
    private static final String NRI = "NRI";

    /** How a spec ended: {@code passed}, {@code skipped} or what went wrong. */
    record Results(Map<String, String> bySpec) {
        Results {
            bySpec = Map.copyOf(bySpec);
        }

        List<String> failed() {
            return bySpec.entrySet().stream()
                    .filter(spec -> !List.of("passed", "skipped").contains(spec.getValue()))
                    .map(spec -> spec.getKey() + ": " + spec.getValue())
                    .toList();
        }

        /** Those of the specs that did not pass, each with how it ended. */
        List<String> otherThanPassed(List<String> specs) {
            return specs.stream()
                    .filter(spec -> !of(spec).equals("passed"))
                    .map(spec -> spec + ": " + of(spec))
                    .toList();
        }

        private String of(String spec) {
            return bySpec.getOrDefault(spec, "not run");
        }
    }

    /** A copy of the program that names the stand-in's digest where it names that of a real image. */
    static Critest prepare(Path original, Path folder, Registry registry) throws IOException, InterruptedException {
        var program = Files.readAllBytes(original);
        var name = DIGEST_IMAGE.getBytes(StandardCharsets.US_ASCII);
        var digest = digest(registry).getBytes(StandardCharsets.US_ASCII);
        for (int at = find(program, name, 0); at >= 0; at = find(program, name, at + 1)) {
            System.arraycopy(digest, 0, program, at + name.length, HEX_DIGITS);
        }
        var copy = Files.write(folder.resolve("critest"), program);
        if (!copy.toFile().setExecutable(true)) {
            throw new IOException("cannot make " + copy + " executable");
        }
        return new Critest(copy, folder);
    }

    private static String digest(Registry registry) throws IOException, InterruptedException {
        var manifest = "http://" + registry.address() + "/v2/k8s-staging-cri-tools/test-image-digest/manifests/latest";
        var request = HttpRequest.newBuilder(URI.create(manifest))
                .header("Accept", "application/vnd.oci.image.manifest.v1+json")
                .build();
        try (var client = HttpClient.newHttpClient()) {
            var answer = client.send(request, HttpResponse.BodyHandlers.discarding());
            return answer.headers()
                    .firstValue("Docker-Content-Digest")
                    .orElseThrow()
                    .substring("sha256:".length());
        }
    }

    private static int find(byte[] content, byte[] sought, int from) {
        for (int at = from; at <= content.length - sought.length - HEX_DIGITS; at++) {
            if (content[at] == sought[0] && matches(content, sought, at)) {
                return at;
            }
        }
        return -1;
    }

    private static boolean matches(byte[] content, byte[] sought, int at) {
        for (int index = 0; index < sought.length; index++) {
            if (content[at + index] != sought[index]) {
                return false;
            }
        }
        return true;
    }

    /** Runs the specs that match, in several processes side by side; those that critest marks as serial run alone, at the end. */
    Results run(Path socket, String focus, int processes) throws IOException, InterruptedException, XMLStreamException {
        var endpoint = "unix://" + socket;
        var report = folder.resolve("critest.xml");
        var command = new ArrayList<>(List.of(
                program.toString(),
                "-runtime-endpoint=" + endpoint,
                "-image-endpoint=" + endpoint,
                "-config=/dev/null",
                "-ginkgo.focus=" + focus,
                "-ginkgo.skip=" + NRI,
                "-ginkgo.junit-report=" + report,
                "-ginkgo.no-color",
                "-runtime-service-timeout=120s",
                "-image-service-timeout=120s"));
        if (processes > 1) {
            command.add("-parallel=" + processes);
        }
        Files.deleteIfExists(report);
        var path = Checkout.current().tool("ginkgo").getParent() + ":" + System.getenv("PATH");
        var ended = Command.run(
                command, Map.of("HOME", folder.toString(), "TMPDIR", folder.toString(), "PATH", path), LIMIT);
        if (!Files.exists(report)) {
            ended.orFail();
        }
        try (var stream = Files.newInputStream(report)) {
            return results(stream);
        }
    }

    private static Results results(InputStream report) throws XMLStreamException {
        var bySpec = new TreeMap<String, String>();
        var spec = "";
        var reader = XMLInputFactory.newDefaultFactory().createXMLStreamReader(report);
        while (reader.hasNext()) {
            if (reader.next() != XMLStreamReader.START_ELEMENT) {
                continue;
            }
            if (reader.getLocalName().equals("testcase")) {
                spec = reader.getAttributeValue(null, "name").replaceFirst("^\\[It\\] ", "");
                bySpec.put(spec, "passed");
            } else {
                remark(reader, spec, bySpec);
            }
        }
        return new Results(bySpec);
    }

    private static void remark(XMLStreamReader reader, String spec, Map<String, String> bySpec) {
        switch (reader.getLocalName()) {
            case "failure", "error" ->
                bySpec.put(
                        spec,
                        String.valueOf(reader.getAttributeValue(null, "message"))
                                .strip());
            case "skipped" -> bySpec.put(spec, "skipped");
            default -> {
                // the text that a spec wrote
            }
        }
    }
}
