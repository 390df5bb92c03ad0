package dev.berth.engine.cdi;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.berth.engine.oci.InvalidSpecException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

final class CdiDevicesTest {
    private static final CdiName FIRST = new CdiName("vendor.com/net", "first");

    @TempDir
    Path folder;

    private Path lower;
    private Path upper;
    private CdiDevices devices;

    @BeforeEach
    void makeDirectories() throws IOException {
        lower = Files.createDirectory(folder.resolve("etc"));
        upper = Files.createDirectory(folder.resolve("run"));
        devices = new CdiDevices(List.of(lower, folder.resolve("missing"), upper));
    }

    private static String json(String version, String device, String variable) {
        return """
                {"cdiVersion": "%s", "kind": "vendor.com/net",
                 "devices": [{"name": "%s", "containerEdits": {"env": ["%s"]}},
                             {"name": "second", "containerEdits": {"env": ["SECOND=1"]}}],
                 "containerEdits": {"env": ["ALL=1"]}}
                """.formatted(version, device, variable);
    }

    private List<String> environment(CdiName... names) throws InvalidSpecException, IOException {
        return devices.edits(List.of(names)).stream()
                .flatMap(edits -> edits.env().stream())
                .toList();
    }

    private void refused(String why) {
        var refused = assertThrows(InvalidSpecException.class, () -> environment(FIRST));
        assertTrue(refused.toString().contains(why), refused.toString());
    }

    @Test
    void aFilesOwnEditsComeOnceAndBeforeThoseOfItsDevices() throws Exception {
        Files.writeString(lower.resolve("vendor.json"), json("0.6.0", "first", "FIRST=1"));
        assertEquals(
                List.of("ALL=1", "SECOND=1", "FIRST=1"), environment(new CdiName("vendor.com/net", "second"), FIRST));
    }

    @Test
    void aLaterDirectoryWins() throws Exception {
        Files.writeString(upper.resolve("a.json"), json("0.6.0", "first", "FROM=run"));
        Files.writeString(lower.resolve("z.json"), json("0.6.0", "first", "FROM=etc"));
        assertEquals(List.of("ALL=1", "FROM=run"), environment(FIRST));
    }

    @Test
    void aDeviceOfTwoFilesOfOneDirectoryIsRefusedUnlessALaterOneHasIt() throws Exception {
        Files.writeString(lower.resolve("a.json"), json("0.6.0", "first", "FROM=a"));
        Files.writeString(lower.resolve("b.json"), json("0.6.0", "first", "FROM=b"));
        refused("a.json");
        Files.writeString(upper.resolve("c.json"), json("0.6.0", "first", "FROM=c"));
        assertEquals(List.of("ALL=1", "FROM=c"), environment(FIRST));
    }

    @Test
    void yamlIsReadToo() throws Exception {
        Files.writeString(lower.resolve("vendor.yaml"), """
                ---
                cdiVersion: v0.5.0
                kind: vendor.com/net
                devices:
                  - name: "0:1"
                    containerEdits:
                      deviceNodes:
                        - {path: /dev/vendor0, hostPath: /dev/null, fileMode: 0640, permissions: rw}
                containerEdits:
                  mounts:
                    - hostPath: /usr/lib/libvendor.so
                      containerPath: /usr/lib/libvendor.so
                      options: [ro, bind]
                """);
        var edits = devices.edits(List.of(CdiName.parse("vendor.com/net=0:1")));
        assertEquals(List.of("ro", "bind"), edits.get(0).mounts().getFirst().options());
        assertEquals(0640, edits.get(1).deviceNodes().getFirst().fileMode());
    }

    @Test
    void anUnknownDeviceNamesTheDirectoriesAndTheFilesThatCouldNotBeRead() throws Exception {
        Files.writeString(lower.resolve("broken.json"), "{");
        Files.writeString(lower.resolve("notes.txt"), "not CDI");
        refused(lower.toString());
        refused("broken.json");
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '`',
            value = {
                "a.json | `{\"a\": [1,\n  x]}` | (line 2, column 3: Unrecognized token 'x'",
                "a.json | `{\"a\": [` | line 1, column 8",
                "a.yaml | `a:\n  b: [1` | (line 2, column 8: ",
                "a.yaml | `a: 1\na: 2` | duplicate key a",
                "a.json | `\u0001` | line 1, column 2",
            })
    void aMistakeIsToldInOneLineByItsPlace(String file, String text, String why) throws Exception {
        Files.writeString(lower.resolve(file), text);
        var refused = assertThrows(InvalidSpecException.class, () -> environment(FIRST));
        var message = String.valueOf(refused.getMessage());
        assertTrue(message.contains(file) && message.contains(why), message);
        assertTrue(message.lines().count() == 1 && !message.contains("Source") && !message.contains("Stream"), message);
    }

    @Test
    void aFileThatIsNoTextIsRefusedAsThat() throws Exception {
        Files.write(lower.resolve("a.json"), new byte[] {'{', (byte) 0xff});
        refused("a.json (it is not text in UTF-8)");
    }

    @Test
    void aBrokenFileHidesNoOtherDevice() throws Exception {
        Files.writeString(lower.resolve("broken.yaml"), "a: [");
        Files.writeString(lower.resolve("vendor.json"), json("0.6.0", "first", "FIRST=1"));
        assertEquals(List.of("ALL=1", "FIRST=1"), environment(FIRST));
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "0.2.9 | | cdiVersion \"0.2.9\" is not one",
                "2.0.0 | | cdiVersion \"2.0.0\" is not one",
                "0.6.0 | \"unheard-of\": 1, | unknown member unheard-of",
                "0.6.0 | \"annotations\": [1], | the value of annotations is not",
                "0.5.0 | \"annotations\": {\"a\": \"b\"}, | annotations; that needs 0.6.0"
            })
    void aFileMustBeAsItsVersionHasIt(String version, @Nullable String member, String why) throws Exception {
        var text = json(version, "first", "FIRST=1").replaceFirst("\\{", "{" + (member == null ? "" : member));
        Files.writeString(lower.resolve("vendor.json"), text);
        refused(why);
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "net=first", "vendor.com/net", "vendor.com/net=", "1vendor/net=x", "v/n=-x", "v/n=a b"})
    void aNameThatIsNotQualifiedIsRefused(String name) {
        assertThrows(InvalidSpecException.class, () -> CdiName.parse(name));
    }

    @Test
    void annotationsNameDevicesAfterTheFieldAndEachCountsOnce() throws Exception {
        assertEquals(
                List.of(CdiName.parse("v.com/net=b"), CdiName.parse("v.com/net=a"), CdiName.parse("v.com/net=c")),
                CdiName.requested(
                        List.of("v.com/net=b"),
                        Map.of(
                                "cdi.k8s.io/plugin_1",
                                "v.com/net=a,v.com/net=b",
                                "cdi.k8s.io/z",
                                "v.com/net=c",
                                "x",
                                "y")));
    }

    @Test
    void nothingIsReadWhereNothingIsAskedFor() throws Exception {
        assertEquals(List.of(), new CdiDevices(List.of(Path.of("/proc/self/mem"))).edits(List.of()));
    }
}
