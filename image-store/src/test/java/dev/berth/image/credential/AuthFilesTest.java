package dev.berth.image.credential;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

final class AuthFilesTest {
    private static final String AB = "\"auth\":\"YTpi\"";

    @TempDir
    Path directory;

    private AuthFiles files(Duration patience) {
        return new AuthFiles(
                List.of(directory.resolve("first.json"), directory.resolve("second.json")),
                List.of(directory.resolve("none"), directory),
                patience);
    }

    private void write(String name, String content) throws IOException {
        Files.writeString(directory.resolve(name), content);
    }

    private Optional<Credentials> find(String server) throws IOException, InterruptedException {
        return files(Duration.ofSeconds(20)).find(ServerName.parse(server)).map(AuthFiles.Found::credentials);
    }

    private void helper(String name, String script) throws IOException {
        var file = Files.writeString(directory.resolve("docker-credential-" + name), "#!/bin/sh\n" + script);
        Files.setPosixFilePermissions(file, PosixFilePermissions.fromString("rwx------"));
    }

    @Test
    void withoutFilesThereIsNothing() throws Exception {
        assertEquals(Optional.empty(), find("a.example/x"));
    }

    @Test
    void everyKindOfEntryIsRead() throws Exception {
        write("first.json", """
                {"auths": {
                  "a.example": {"auth": "YTpiOmM="},
                  "b.example": {"username": "u", "password": "p"},
                  "c.example": {"auth": "MDAwOg==", "identitytoken": "refresh"},
                  "d.example": {"registrytoken": "bearer"},
                  "e.example": {}
                }, "other": 1}""");
        assertEquals(Optional.of(new Credentials.Password("a", "b:c")), find("a.example/x"));
        assertEquals(Optional.of(new Credentials.Password("u", "p")), find("b.example/x"));
        assertEquals(Optional.of(new Credentials.IdentityToken("refresh")), find("c.example/x"));
        assertEquals(Optional.of(new Credentials.RegistryToken("bearer")), find("d.example/x"));
        assertEquals(Optional.empty(), find("e.example/x"));
    }

    @ParameterizedTest
    @CsvSource({
        "docker.io/library/x, https://index.docker.io/v1/",
        "docker.io/library/x, docker.io",
        "registry-1.docker.io/library/x, index.docker.io",
        "A.example:5000/x, https://a.example:5000/v2/",
        "a.example/x/y, a.example/x",
        "a.example/x/y, http://a.example/x/y"
    })
    void aServerIsFoundUnderAllItsNames(String server, String key) throws Exception {
        write("first.json", "{\"auths\":{\"" + key + "\":{" + AB + "}}}");
        assertEquals(Optional.of(new Credentials.Password("a", "b")), find(server));
    }

    @ParameterizedTest
    @CsvSource({
        "a.example/xy, a.example/x",
        "a.example:5000/x, a.example",
        "b.a.example/x, a.example",
        "a.example/x, a.example/x/y"
    })
    void anotherServerIsNotFound(String server, String key) throws Exception {
        write("first.json", "{\"auths\":{\"" + key + "\":{" + AB + "}}}");
        assertEquals(Optional.empty(), find(server));
    }

    @Test
    void theNarrowestEntryCounts() throws Exception {
        write("first.json", """
                {"auths": {
                  "a.example": {"username": "host", "password": ""},
                  "a.example/team": {"username": "team", "password": ""},
                  "a.example/team/app": {"username": "app", "password": ""}
                }}""");
        assertEquals(Optional.of(new Credentials.Password("app", "")), find("a.example/team/app"));
        assertEquals(Optional.of(new Credentials.Password("team", "")), find("a.example/team/other"));
        assertEquals(Optional.of(new Credentials.Password("host", "")), find("a.example/another"));
    }

    @Test
    void theFirstFileThatKnowsCounts() throws Exception {
        write("first.json", "{\"auths\":{\"a.example\":{" + AB + "}}}");
        write("second.json", "{\"auths\":{\"a.example\":{\"auth\":\"Yzpk\"},\"b.example\":{\"auth\":\"Yzpk\"}}}");
        assertEquals(Optional.of(new Credentials.Password("a", "b")), find("a.example/x"));
        assertEquals(Optional.of(new Credentials.Password("c", "d")), find("b.example/x"));
    }

    @Test
    void aHelperIsAskedForTheServer() throws Exception {
        helper(
                "mine",
                "read server; echo \"{\\\"ServerURL\\\":\\\"$server\\\",\\\"Username\\\":\\\"$1\\\",\\\"Secret\\\":\\\"$server\\\"}\"");
        write("first.json", "{\"credHelpers\":{\"a.example\":\"mine\",\"docker.io\":\"mine\"}}");
        assertEquals(Optional.of(new Credentials.Password("get", "a.example")), find("a.example/x/y"));
        assertEquals(
                Optional.of(new Credentials.Password("get", "https://index.docker.io/v1/")),
                find("docker.io/library/x"));
        assertEquals(Optional.empty(), find("b.example/x"));
    }

    @Test
    void aHelperMayGiveAnIdentityTokenOrNothing() throws Exception {
        helper("token", "echo '{\"Username\":\"<token>\",\"Secret\":\"refresh\"}'");
        helper("empty", "echo 'credentials not found in native keychain'; exit 1");
        write("first.json", "{\"credHelpers\":{\"a.example\":\"empty\"},\"credsStore\":\"token\"}");
        assertEquals(Optional.of(new Credentials.IdentityToken("refresh")), find("b.example/x"));
        helper("token", "echo 'credentials not found in native keychain'; exit 1");
        assertEquals(Optional.empty(), find("b.example/x"));
        write("second.json", "{\"auths\":{\"a.example\":{" + AB + "}}}");
        assertEquals(Optional.of(new Credentials.Password("a", "b")), find("a.example/x"));
    }

    @ParameterizedTest
    @ValueSource(strings = {"../mine", "a/b", "-x", "a b", "$(id)", "..", "none"})
    void aHelperThatIsNoPlainNameOrNotThereIsAnError(String name) throws Exception {
        helper("mine", "echo '{}'");
        write("first.json", "{\"credsStore\":\"" + name + "\"}");
        assertTrue(message("a.example/x")
                .startsWith(directory.resolve("first.json").toString()));
    }

    private String message(String server) {
        return String.valueOf(
                assertThrows(IOException.class, () -> find(server)).getMessage());
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "echo 'no keychain'; exit 1",
                "echo '{'",
                "echo '{\"Username\":\"u\"}'",
                "head -c 100000 /dev/zero"
            })
    void aHelperThatFailsIsNamed(String script) throws Exception {
        helper("mine", script);
        write("first.json", "{\"credsStore\":\"mine\"}");
        assertTrue(message("a.example/x").contains("docker-credential-mine"), message("a.example/x"));
    }

    @Test
    void whatAFailedHelperComplainsOfIsTold() throws Exception {
        helper("mine", "echo 'the keychain is locked' >&2; exit 1");
        write("first.json", "{\"credsStore\":\"mine\"}");
        assertTrue(message("a.example/x").contains("the keychain is locked"), message("a.example/x"));
    }

    @Test
    void aHelperThatHangsIsEnded() throws Exception {
        helper("mine", "echo $$ > " + directory.resolve("pid") + "; exec sleep 600");
        write("first.json", "{\"credsStore\":\"mine\"}");
        var failure = assertThrows(
                IOException.class, () -> files(Duration.ofMillis(500)).find(ServerName.parse("a.example")));
        assertTrue(String.valueOf(failure.getMessage()).contains("500 ms"), failure.getMessage());
        var pid = Long.parseLong(Files.readString(directory.resolve("pid")).strip());
        ProcessHandle.of(pid).ifPresent(left -> left.onExit().join());
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "{",
                "{\"auths\":{\"a.example\":{\"auth\":\"!\"}}}",
                "{\"auths\":{\"a.example\":{\"auth\":\"YQ==\"}}}"
            })
    void aDamagedFileIsNamedAndShowsNoSecret(String content) throws Exception {
        write("first.json", content);
        var message = message("a.example/x");
        assertTrue(message.startsWith(directory.resolve("first.json").toString()), message);
        assertTrue(!message.contains("YQ=="), message);
    }
}
