package dev.berth.image.registry.host;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.berth.image.registry.host.RegistryHost.Capability;
import java.io.IOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

final class HostsDirectoryTest {
    @TempDir
    Path directory;

    private List<RegistryHost> hosts(String registry) throws IOException {
        return new HostsDirectory(directory).hosts(registry, new Journal());
    }

    private void write(String name, String content) throws IOException {
        Files.writeString(Files.createDirectories(directory.resolve(name)).resolve("hosts.toml"), content);
    }

    @Test
    void withoutConfigurationARegistryIsItself() throws Exception {
        assertEquals("https://registry-1.docker.io/v2", base("docker.io"));
        assertEquals("https://registry.example:5000/v2", base("registry.example:5000"));
        assertEquals("http://127.0.0.1:5000/v2", base("127.0.0.1:5000"));
        assertEquals("http://localhost:5000/v2", base("localhost:5000"));
        assertEquals("https://localhost:443/v2", base("localhost:443"));
        assertEquals("https://localhost.example/v2", base("localhost.example"));
    }

    private String base(String registry) throws IOException {
        return hosts(registry).getLast().base().toString();
    }

    @Test
    void hostsAreTriedInTheOrderOfTheFileAndTheServerLast() throws Exception {
        write("docker.io", """
                server = "https://registry-1.docker.io"
                [host."https://zeta.example"]
                  capabilities = ["pull", "resolve"]
                  dial_timeout = "1m500ms"
                  skip_verify = true
                [host."http://alpha.example:5000/prefix"]
                  override_path = true
                  ca = ["a.pem", "/b.pem"]
                  client = [["c.pem", "k.pem"]]
                  [host."http://alpha.example:5000/prefix".header]
                    x-one = "1"
                    x-two = ["2", "3"]
                """);
        var hosts = hosts("docker.io");
        assertEquals(
                List.of(
                        "https://zeta.example/v2",
                        "http://alpha.example:5000/prefix",
                        "https://registry-1.docker.io/v2"),
                hosts.stream().map(host -> host.base().toString()).toList());
        assertEquals(Set.of(Capability.PULL, Capability.RESOLVE), hosts.get(0).capabilities());
        assertEquals(Duration.ofMillis(60_500), hosts.get(0).dialTimeout());
        assertTrue(hosts.get(0).tls().skipVerification());
        assertFalse(hosts.get(0).upstream());
        assertTrue(hosts.get(2).upstream());
        assertEquals(List.of("2", "3"), hosts.get(1).headers().get("x-two"));
        assertEquals(
                List.of(directory.resolve("docker.io/a.pem"), Path.of("/b.pem")),
                hosts.get(1).tls().authorities());
    }

    @Test
    void thePortMayBeWrittenWithUnderscores() throws Exception {
        write("registry.example_5000_", "[host.\"https://mirror.example\"]\n");
        write("_default", "server = \"https://default.example\"\n");
        assertEquals(2, hosts("registry.example:5000").size());
        assertEquals("https://registry.example:5000/v2", base("registry.example:5000"));
        assertEquals("https://default.example/v2", base("other.example"));
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "[host.'https://mirror.example'] # capabilities~capabilities = ['fly'] | 2:17: unknown capability 'fly'",
                "server = | 1:9: is no TOML: ",
                "# hosts~server = 'a b' | 2:10: host 'a b' is not an http or https URL",
                "~~dial_timeout = 'soon' | 3:16: dial_timeout 'soon' is not a duration"
            })
    void aFileThatCannotBeUnderstoodIsAnErrorThatNamesThePlace(String content, String said) throws Exception {
        write("a.example", content.replace("~", "\n"));
        var failure = assertThrows(HostsFileException.class, () -> hosts("a.example"));
        var message = String.valueOf(failure.getMessage());
        var file = directory.resolve("a.example").resolve("hosts.toml");
        assertTrue(message.startsWith(file + ":" + said), message);
        assertEquals(1, message.lines().count());
        assertFalse(message.contains("Source"), message);
    }

    @Test
    void aChangedFileCountsForTheNextPull() throws Exception {
        write("a.example", "server = \"https://one.example\"\n");
        assertEquals("https://one.example/v2", base("a.example"));
        write("a.example", "server = \"https://two.example\"\n");
        assertEquals("https://two.example/v2", base("a.example"));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "client = [[]]",
                "client = [[\"a\", \"b\", \"c\"]]",
                "skip_verify = \"no\"",
                "server = \"https://a.example\"\noverride_path = 1",
                "dial_timeout = \"3\"",
                "dial_timeout = \"0s\"",
                "server = \"ftp://a.example\"",
                "server = \"http://under_score:5000\""
            })
    void aValueThatMakesNoSenseIsAnError(String line) throws Exception {
        write("a.example", line + "\n");
        assertThrows(IOException.class, () -> hosts("a.example"), line);
    }

    @Test
    void whatIsForAHostStaysWithItsSchemeNameAndPort() {
        var host = RegistryHost.upstream("a.example");
        assertTrue(host.owns(URI.create("https://A.example:443/anything")));
        for (var other :
                List.of("https://a.example:444/", "http://a.example/", "https://u@a.example/", "https://b.example/")) {
            assertFalse(host.owns(URI.create(other)), other);
        }
    }

    @Test
    void thatThisMachineNeedsNoCertificateSaysNothingOfOthers() {
        var registry = RegistryHost.upstream("localhost:443");
        assertTrue(registry.tls().skipVerification());
        assertFalse(registry.elsewhere(URI.create("https://b.example/")).tls().skipVerification());
    }
}
