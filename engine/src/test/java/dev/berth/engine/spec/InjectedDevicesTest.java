package dev.berth.engine.spec;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.berth.engine.cdi.CdiName;
import dev.berth.engine.oci.Device;
import dev.berth.engine.oci.DeviceCgroup;
import dev.berth.engine.oci.InvalidSpecException;
import dev.berth.engine.oci.Mount;
import dev.berth.engine.oci.Spec;
import dev.berth.engine.request.UserInput;
import dev.berth.engine.request.UserNamespace;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

final class InjectedDevicesTest {
    @TempDir
    Path folder;

    private ContainerFixture container;

    @BeforeEach
    void makeContainer() throws IOException, InvalidSpecException {
        Path image = Files.createDirectory(folder.resolve("image"));
        Files.createDirectory(image.resolve("etc"));
        container = new ContainerFixture(image, folder.resolve("pod"));
        container.cdiDirectories = List.of(folder);
        container.cdiDevices = CdiName.requested(List.of("vendor.com/dev=one"), Map.of());
    }

    private Spec with(String edits) throws InvalidSpecException, IOException {
        Files.writeString(folder.resolve("vendor.json"), """
                {"cdiVersion": "1.1.0", "kind": "vendor.com/dev", "devices": [{"name": "one", "containerEdits": %s}]}
                """.formatted(edits.replace('\'', '"')));
        return container.spec();
    }

    private void refused(String edits, String why) {
        var refused = assertThrows(InvalidSpecException.class, () -> with(edits));
        assertTrue(refused.toString().contains(why), refused.toString());
    }

    @Test
    void aDeviceBringsVariablesThatReplaceThoseOfTheSameName() throws Exception {
        var environment = with("{'env': ['FROM=device', 'NEW=a=b']}").process().env();
        assertTrue(environment.containsAll(List.of("FROM=device", "NEW=a=b")), environment.toString());
        assertFalse(environment.contains("FROM=image"), environment.toString());
    }

    @Test
    void aNodeIsTheHostsUnderAnotherPathAndMayBeUsed() throws Exception {
        container.user = new UserInput(OptionalLong.of(33), OptionalLong.of(34), "", List.of(), false);
        var spec = with("{'deviceNodes': [{'path': '/dev/vendor/zero', 'hostPath': '/dev/zero', 'permissions': 'r'}]}");
        assertEquals(
                List.of(new Device("/dev/vendor/zero", "c", 1, 5, null, 33, 34)),
                spec.linux().devices());
        var rules = java.util.Objects.requireNonNull(spec.linux().resources()).devices();
        assertEquals(new DeviceCgroup(true, "c", 1L, 5L, "r"), rules.getLast());
    }

    @Test
    void aNodeThatIsDescribedInFullNeedsNoHostNode() throws Exception {
        var spec = with(
                "{'deviceNodes': [{'path': '/dev/v', 'type': 'b', 'major': 240, 'minor': 7, 'fileMode': 384, 'uid': 5, 'gid': 6}]}");
        assertEquals(
                List.of(new Device("/dev/v", "b", 240, 7, 0600, 5, 6)),
                spec.linux().devices());
    }

    @Test
    void aMountTakesThePlaceOfOneAtTheSamePathAndStandsAtItsDepth() throws Exception {
        Path library = Files.createFile(folder.resolve("lib.so"));
        var mounts =
                with("{'mounts': [{'hostPath': '%s', 'containerPath': '/lib.so', 'options': ['ro', 'rbind']}, {'hostPath': '%s', 'containerPath': '/etc/hosts'}]}"
                                .formatted(library, library))
                        .mounts();
        var first = mounts.stream()
                .filter(mount -> mount.destination().equals("/lib.so"))
                .toList();
        assertEquals(List.of(new Mount("/lib.so", "bind", library.toString(), List.of("ro", "rbind"))), first);
        var hosts = mounts.stream()
                .filter(mount -> mount.destination().equals("/etc/hosts"))
                .toList();
        assertEquals(List.of(new Mount("/etc/hosts", "bind", library.toString(), List.of("rbind"))), hosts);
        assertTrue(mounts.indexOf(first.getFirst()) < mounts.indexOf(hosts.getFirst()));
    }

    @Test
    void groupsAreAddedExceptZero() throws Exception {
        container.user = new UserInput(OptionalLong.of(33), OptionalLong.of(34), "", List.of(), false);
        var groups = with("{'additionalGids': [0, 44, 44]}").process().user().additionalGids();
        assertEquals(List.of(34, 44), groups);
    }

    @Test
    void whatCannotBeDoneIsRefusedByName() {
        refused("{'hooks': [{'hookName': 'createContainer', 'path': '/bin/vendor-hook'}]}", "/bin/vendor-hook");
        refused("{'intelRdt': {'closID': 'a'}}", "intelRdt");
        refused("{'netDevices': [{'hostInterfaceName': 'eth9', 'name': 'eth0'}]}", "netDevices");
        refused("{'mounts': [{'hostPath': '/no/such', 'containerPath': '/a'}]}", "/no/such");
        refused("{'mounts': [{'hostPath': '/etc', 'containerPath': '/a/..'}]}", "hide");
        refused("{'deviceNodes': [{'path': '/dev/no-such-device'}]}", "/dev/no-such-device");
        refused("{'deviceNodes': [{'path': '/dev/zero', 'type': 'b'}]}", "type c");
        refused("{'deviceNodes': [{'path': '/dev/zero', 'permissions': 'x'}]}", "permissions");
        refused("{'env': ['=x']}", "no name");
    }

    @Test
    void aUserNamespaceTakesTheHostsNodeInItsPlaceOnly() throws Exception {
        container.userNamespace = Optional.of(
                new UserNamespace(new UserNamespace.Range(100_000, 65536), new UserNamespace.Range(100_000, 65536)));
        refused("{'deviceNodes': [{'path': '/dev/other', 'hostPath': '/dev/zero'}]}", "user namespace");
        refused("{'additionalGids': [70000]}", "user namespace");
        assertEquals(
                "/dev/zero",
                with("{'deviceNodes': [{'path': '/dev/zero'}]}")
                        .linux()
                        .devices()
                        .getFirst()
                        .path());
    }
}
