package dev.berth.engine.spec;

import static dev.berth.engine.spec.ContainerFixture.mount;
import static dev.berth.engine.spec.ContainerFixture.variable;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.berth.engine.oci.Capabilities;
import dev.berth.engine.oci.ContainerProcess;
import dev.berth.engine.oci.Device;
import dev.berth.engine.oci.DeviceCgroup;
import dev.berth.engine.oci.InvalidSpecException;
import dev.berth.engine.oci.LinuxCapability;
import dev.berth.engine.oci.Mount;
import dev.berth.engine.oci.Namespace;
import dev.berth.engine.oci.Rlimit;
import dev.berth.engine.oci.Seccomp;
import dev.berth.engine.oci.Spec;
import dev.berth.engine.oci.SpecJson;
import dev.berth.engine.pod.PodFiles;
import dev.berth.engine.request.CommandInput;
import dev.berth.engine.request.DeviceInput;
import dev.berth.engine.request.MountInput;
import dev.berth.engine.request.NamespaceInput;
import dev.berth.engine.request.NamespaceMode;
import dev.berth.engine.request.ResourceInput;
import dev.berth.engine.request.SecurityInput;
import dev.berth.engine.request.SecurityProfile;
import dev.berth.engine.request.UserNamespace;
import dev.berth.shim.plan.Bytes;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.OptionalInt;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ContainerSpecsTest {
    @TempDir
    Path directory;

    private ContainerFixture container;

    @BeforeEach
    void makeContainer() throws IOException {
        Path image = Files.createDirectory(directory.resolve("image"));
        Files.createDirectory(image.resolve("etc"));
        Files.writeString(image.resolve("etc/passwd"), "root:x:0:0::/root:/bin/sh\nwww:x:33:33::/srv:/bin/sh\n");
        container = new ContainerFixture(image, directory.resolve("pod"));
    }

    @Test
    void aPlainContainerHasWhatKubernetesExpects() throws Exception {
        Spec spec = container.spec();
        ContainerProcess process = spec.process();
        assertEquals(List.of("/entry", "cmd"), process.args());
        assertEquals(
                List.of(
                        "PATH=/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin",
                        "FROM=image",
                        "HOSTNAME=pod",
                        "HOME=/root"),
                process.env());
        assertEquals("/", process.cwd());
        assertEquals(List.of(new Rlimit("RLIMIT_NOFILE", 1024, 524288)), process.rlimits());
        assertEquals(0, process.oomScoreAdj());
        assertEquals(
                List.of(
                        new Namespace("pid", null),
                        new Namespace("network", "/proc/4242/ns/net"),
                        new Namespace("uts", "/proc/4242/ns/uts"),
                        new Namespace("ipc", "/proc/4242/ns/ipc"),
                        new Namespace("mount", null),
                        new Namespace("cgroup", null)),
                spec.linux().namespaces());
        assertEquals(container.maskedPaths, spec.linux().maskedPaths());
        assertEquals(container.readonlyPaths, spec.linux().readonlyPaths());
        assertTrue(mountAt(spec, "/sys").options().contains("ro"));
        assertTrue(mountAt(spec, "/sys/fs/cgroup").options().contains("ro"));
        assertEquals(
                container.files.hosts().toString(), mountAt(spec, "/etc/hosts").source());
        assertEquals(PodFiles.SHM.toString(), mountAt(spec, "/dev/shm").source());
        assertNull(spec.linux().seccomp());
    }

    @Test
    void theDefaultCapabilitiesAreFourteenAndNoneIsInheritable() throws Exception {
        Capabilities capabilities = capabilities();
        assertEquals(14, capabilities.bounding().size());
        assertEquals(capabilities.bounding(), capabilities.permitted());
        assertEquals(capabilities.bounding(), capabilities.effective());
        assertEquals(List.of(), capabilities.inheritable());
        assertEquals(List.of(), capabilities.ambient());
        assertFalse(capabilities.bounding().contains("CAP_SYS_ADMIN"));
    }

    @Test
    void capabilitiesAreAddedAndDroppedByName() throws Exception {
        container.capabilities =
                new SecurityInput.CapabilityInput(List.of("net_admin", "CAP_SYS_TIME"), List.of("CHOWN"), List.of());
        List<String> held = capabilities().bounding();
        assertTrue(held.containsAll(List.of("CAP_NET_ADMIN", "CAP_SYS_TIME")));
        assertFalse(held.contains("CAP_CHOWN"));
        container.capabilities = new SecurityInput.CapabilityInput(List.of("KILL"), List.of("ALL"), List.of());
        assertEquals(List.of("CAP_KILL"), capabilities().bounding());
        container.capabilities = new SecurityInput.CapabilityInput(List.of("ALL"), List.of("SYS_ADMIN"), List.of());
        assertEquals(40, capabilities().bounding().size());
        assertFalse(capabilities().bounding().contains("CAP_SYS_ADMIN"));
    }

    @Test
    void ambientCapabilitiesAreInEverySet() throws Exception {
        container.capabilities = new SecurityInput.CapabilityInput(List.of(), List.of("ALL"), List.of("NET_ADMIN"));
        List<String> only = List.of("CAP_NET_ADMIN");
        assertEquals(new Capabilities(only, only, only, only, only), capabilities());
    }

    @Test
    void noCapabilityIsHandedOnThatTheDaemonLacks() throws Exception {
        container.available = ContainerFixture.EVERY_CAPABILITY & ~LinuxCapability.CAP_SYS_RESOURCE.bit();
        container.privileged = true;
        assertEquals(40, capabilities().bounding().size());
        container.privileged = false;
        container.capabilities =
                new SecurityInput.CapabilityInput(List.of("ALL", "SYS_RESOURCE"), List.of(), List.of("SYS_RESOURCE"));
        assertFalse(capabilities().bounding().contains("CAP_SYS_RESOURCE"));
        assertEquals(List.of(), capabilities().ambient());
    }

    @Test
    void anUnknownCapabilityIsLeftOut() throws Exception {
        container.capabilities =
                new SecurityInput.CapabilityInput(List.of("FLY", "KILL"), List.of("CAP_SWIM", "ALL"), List.of("DIVE"));
        assertEquals(List.of("CAP_KILL"), capabilities().bounding());
        assertEquals(List.of(), capabilities().ambient());
    }

    @Test
    void openFilesStayWithinWhatTheDaemonMaySet() throws Exception {
        container.available = 0;
        container.openFilesHard = 20_000;
        assertEquals(
                List.of(new Rlimit("RLIMIT_NOFILE", 1024, 20_000)),
                container.spec().process().rlimits());
        container.openFilesHard = 512;
        assertEquals(
                List.of(new Rlimit("RLIMIT_NOFILE", 512, 512)),
                container.spec().process().rlimits());
    }

    @Test
    void emptyListsOfProtectedPathsAreNone() throws Exception {
        container.maskedPaths = List.of();
        container.readonlyPaths = List.of();
        Spec spec = container.spec();
        assertEquals(List.of(), spec.linux().maskedPaths());
        assertEquals(List.of(), spec.linux().readonlyPaths());
    }

    @Test
    void aPrivilegedContainerSeesTheHostsDevicesAndNothingIsMasked() throws Exception {
        container.privileged = true;
        container.confined();
        Spec spec = container.spec();
        assertEquals(41, process(spec).bounding().size());
        assertEquals(List.of(), spec.linux().maskedPaths());
        assertEquals(List.of(), spec.linux().readonlyPaths());
        assertTrue(mountAt(spec, "/sys").options().contains("rw"));
        assertTrue(mountAt(spec, "/sys/fs/cgroup").options().contains("rw"));
        assertNull(spec.linux().seccomp());
        Device zero = spec.linux().devices().stream()
                .filter(device -> device.path().equals("/dev/zero"))
                .findFirst()
                .orElseThrow();
        assertEquals(List.of("c", 1, 5), List.of(zero.type(), zero.major(), zero.minor()));
        assertTrue(spec.linux().devices().stream()
                .noneMatch(device -> device.path().startsWith("/dev/pts/")));
        assertEquals(
                List.of(new DeviceCgroup(true, "a", null, null, "rwm")),
                spec.linux().resources() == null
                        ? null
                        : spec.linux().resources().devices());
    }

    @Test
    void aPrivilegedContainersOwnDevicesComeOnTopOfTheHosts() throws Exception {
        Path devices = Files.createDirectory(directory.resolve("dev"));
        node(devices, "tun", "c", 200, "666");
        container.devices = devices;
        container.privileged = true;
        container.deviceInputs = List.of(
                new DeviceInput("/dev/mynull", "/dev/null", "rwm"), new DeviceInput("/dev/tun", "/dev/zero", "r"));
        List<Device> nodes = container.spec().linux().devices();
        assertEquals(
                List.of("/dev/mynull", "/dev/tun"),
                nodes.stream().map(Device::path).toList());
        assertEquals(
                List.of(3L, 5L),
                nodes.stream().map(device -> (long) device.minor()).toList());
    }

    @Test
    void aPrivilegedContainerInAUserNamespaceMayUseWhatOthersMayOpen() throws Exception {
        Path devices = Files.createDirectory(directory.resolve("dev"));
        node(devices, "tun", "c", 200, "666");
        node(devices, "rng", "c", 201, "644");
        node(devices, "disk", "b", 202, "660");
        container.devices = devices;
        container.privileged = true;
        UserNamespace.Range ids = new UserNamespace.Range(2_000_000, 65_536);
        container.userNamespace = Optional.of(new UserNamespace(ids, ids));
        List<DeviceCgroup> rules =
                Objects.requireNonNull(container.spec().linux().resources()).devices();
        assertEquals(new DeviceCgroup(false, "a", null, null, "rwm"), rules.getFirst());
        assertTrue(rules.contains(new DeviceCgroup(true, "c", 240L, 200L, "rw")));
        assertTrue(rules.contains(new DeviceCgroup(true, "c", 240L, 201L, "r")));
        assertTrue(rules.stream().noneMatch(rule -> Objects.equals(rule.minor(), 202L)));
    }

    /** Major numbers from 240 on are for local use. */
    private static void node(Path directory, String name, String type, int minor, String mode) throws Exception {
        String path = directory.resolve(name).toString();
        Process made = new ProcessBuilder("mknod", "-m", mode, path, type, "240", Integer.toString(minor)).start();
        assertEquals(0, made.waitFor());
    }

    @Test
    void aPrivilegedContainerNeedsAPrivilegedPod() {
        container.privileged = true;
        container.privilegedPod = false;
        refused("privileged pod");
    }

    @Test
    void namespaceOptionsChooseWhoseNamespacesAreUsed() throws Exception {
        container.in(options(NamespaceMode.NODE, NamespaceMode.NODE, NamespaceMode.NODE));
        container.podHostname = "";
        Spec host = container.spec();
        assertEquals(
                List.of(new Namespace("mount", null), new Namespace("cgroup", null)),
                host.linux().namespaces());
        assertEquals("/dev/shm", mountAt(host, "/dev/shm").source());
        String name = Files.readString(Path.of("/proc/sys/kernel/hostname")).strip();
        assertTrue(host.process().env().contains("HOSTNAME=" + name));
        container.in(options(NamespaceMode.POD, NamespaceMode.POD, NamespaceMode.POD));
        assertTrue(container.spec().linux().namespaces().contains(new Namespace("pid", "/proc/4242/ns/pid")));
        container.in(new NamespaceInput(
                NamespaceMode.POD, NamespaceMode.TARGET, NamespaceMode.POD, OptionalInt.of(77), Optional.empty()));
        assertTrue(container.spec().linux().namespaces().contains(new Namespace("pid", "/proc/77/ns/pid")));
    }

    @Test
    void namespacesThatCannotBeAreRefused() {
        UserNamespace users =
                new UserNamespace(new UserNamespace.Range(65536, 1000), new UserNamespace.Range(65536, 1000));
        container.in(new NamespaceInput(
                NamespaceMode.POD, NamespaceMode.POD, NamespaceMode.POD, OptionalInt.empty(), Optional.of(users)));
        refused("not the pod's");
        container.in(options(NamespaceMode.CONTAINER, NamespaceMode.POD, NamespaceMode.POD));
        refused("network namespace mode CONTAINER");
        container.in(options(NamespaceMode.POD, NamespaceMode.TARGET, NamespaceMode.POD));
        refused("TARGET");
    }

    @Test
    void commandAndArgsReplaceTheImagesAsInKubernetes() throws Exception {
        container.args = List.of("given");
        assertEquals(List.of("/entry", "given"), container.spec().process().args());
        container.command = List.of("/own");
        assertEquals(List.of("/own", "given"), container.spec().process().args());
        container.args = List.of();
        assertEquals(List.of("/own"), container.spec().process().args());
        container.command = List.of();
        container.imageDefaults = new ImageDefaults(List.of(), List.of(), List.of(), "", "", List.of(), "");
        refused("no command");
    }

    @Test
    void anEmptyEntryPointIsNone() throws Exception {
        container.imageDefaults = defaults(List.of(""), List.of("cmd"), List.of());
        assertEquals(List.of("cmd"), container.spec().process().args());
        container.args = List.of("given");
        assertEquals(List.of("given"), container.spec().process().args());
        container.args = List.of();
        container.imageDefaults = defaults(List.of(""), List.of(), List.of());
        refused("no command");
    }

    private static ImageDefaults defaults(List<String> entrypoint, List<String> command, List<String> environment) {
        return new ImageDefaults(entrypoint, command, environment, "", "", List.of(), "");
    }

    @Test
    void aVariableOfTheImageWithoutAValueIsTakenAway() throws Exception {
        container.terminal = true;
        container.imageDefaults = defaults(List.of("/entry"), List.of(), List.of("TERM", "NAKED", "KEPT="));
        List<String> env = container.spec().process().env();
        assertTrue(env.contains("KEPT="));
        assertTrue(env.stream().noneMatch(entry -> entry.startsWith("TERM") || entry.startsWith("NAKED")));
    }

    @Test
    void theLastValueOfAVariableWins() throws Exception {
        container.terminal = true;
        container.environment = List.of(
                variable("FROM", "pod"), variable("HOME", "/mine"), variable("FROM", "last"), variable("A", "b=c\nd"));
        List<String> env = container.spec().process().env();
        assertTrue(env.containsAll(List.of("FROM=last", "HOME=/mine", "TERM=xterm", "A=b=c\nd")));
        assertEquals(1, env.stream().filter(entry -> entry.startsWith("FROM=")).count());
    }

    @Test
    void hostileVariablesAreRefused() {
        for (CommandInput.Variable hostile :
                List.of(variable("", "v"), variable("A=B", "v"), variable("A\0", "v"), variable("A", "v\0w"))) {
            container.environment = List.of(hostile);
            refused("environment variable");
        }
        container.environment = List.of(new CommandInput.Variable("A", Bytes.of(new byte[] {(byte) 0xff})));
        refused("not valid UTF-8");
    }

    @Test
    void aRequestedMountTakesThePlaceOfAnImpliedOne() throws Exception {
        Path hosts = Files.writeString(directory.resolve("hosts"), "");
        container.with(mount("/etc//x/../hosts", hosts.toString()), mount("/etc", directory.toString()));
        Spec spec = container.spec();
        assertEquals(hosts.toRealPath().toString(), mountAt(spec, "/etc/hosts").source());
        assertEquals(
                1,
                spec.mounts().stream()
                        .filter(m -> m.destination().equals("/etc/hosts"))
                        .count());
        List<String> order = spec.mounts().stream().map(Mount::destination).toList();
        assertTrue(order.indexOf("/etc") < order.indexOf("/etc/hosts"));
        container.with(mount("/dev", "/dev"));
        assertTrue(container.spec().mounts().stream()
                .noneMatch(m -> m.destination().startsWith("/dev/")));
    }

    @Test
    void linksOnTheHostAreFollowedAndMissingPathsNamed() throws Exception {
        Path target = Files.createDirectory(directory.resolve("target"));
        Path link = Files.createSymbolicLink(directory.resolve("link"), target);
        container.with(mount("/data", link.toString()));
        assertEquals(
                target.toRealPath().toString(),
                mountAt(container.spec(), "/data").source());
        container.with(mount("/data", directory.resolve("absent").toString()));
        refused("host path " + directory.resolve("absent") + " does not exist");
        container.with(mount("relative", target.toString()));
        refused("mount destination");
        container.with(mount("/", target.toString()));
        refused("would hide");
    }

    @Test
    void mountsSayHowTheyMayBeWritten() throws Exception {
        container.with(data(true, false, MountInput.Propagation.PRIVATE));
        assertEquals(
                List.of("rbind", "rprivate", "ro"),
                mountAt(container.spec(), "/data").options());
        container.with(data(true, true, MountInput.Propagation.PRIVATE));
        assertEquals(
                List.of("rbind", "rprivate", "rro"),
                mountAt(container.spec(), "/data").options());
        container.with(data(false, true, MountInput.Propagation.PRIVATE));
        refused("needs readonly");
        container.with(data(true, true, MountInput.Propagation.HOST_TO_CONTAINER));
        refused("private propagation");
    }

    @Test
    void propagationNeedsASourceThatHasIt() {
        container.with(data(false, false, MountInput.Propagation.BIDIRECTIONAL));
        refused("is not on a shared mount");
        container.with(data(false, false, MountInput.Propagation.HOST_TO_CONTAINER));
        refused("is not on a shared or slave mount");
    }

    @Test
    void requestedDevicesComeWithTheirRules() throws Exception {
        container.deviceInputs = List.of(new DeviceInput("/dev/nothing", "/dev/null", "r"));
        Spec spec = container.spec();
        assertEquals("/dev/nothing", spec.linux().devices().getFirst().path());
        List<DeviceCgroup> rules = spec.linux().resources() == null
                ? List.of()
                : spec.linux().resources().devices();
        assertFalse(rules.getFirst().allow());
        assertEquals(new DeviceCgroup(true, "c", 1L, 3L, "r"), rules.getLast());
        container.deviceInputs = List.of(new DeviceInput("/dev/x", "/etc/passwd", "rwm"));
        refused("neither a device");
        container.deviceInputs = List.of(new DeviceInput("/dev/x", "/dev/null", "rx"));
        refused("permissions");
        container.deviceInputs = List.of(new DeviceInput("/dev/x", "/dev/absent", "r"));
        refused("does not exist");
    }

    @Test
    void profilesAreChosenAndReadFromTheNode() throws Exception {
        container.confined();
        Seccomp runtimeDefault = container.spec().linux().seccomp();
        assertEquals("SCMP_ACT_ERRNO", runtimeDefault == null ? "" : runtimeDefault.defaultAction());
        Path profile = Files.writeString(directory.resolve("profile.json"), """
                {"defaultAction":"SCMP_ACT_ALLOW","comment":"x","syscalls":[{"names":["kill"],"action":"SCMP_ACT_ERRNO"}]}
                """);
        container.seccomp = new SecurityProfile.Localhost(profile.toString());
        Spec spec = container.spec();
        assertEquals(
                "SCMP_ACT_ALLOW",
                spec.linux().seccomp() == null ? "" : spec.linux().seccomp().defaultAction());
        container.seccomp =
                new SecurityProfile.Localhost(directory.resolve("absent").toString());
        refused("there is no such file");
        container.seccomp = new SecurityProfile.Unconfined();
        container.apparmor = new SecurityProfile.Localhost("mine");
        refused("no AppArmor");
        container.hostApparmor = true;
        assertEquals("mine", container.spec().process().apparmorProfile());
        container.apparmor = new SecurityProfile.RuntimeDefault();
        refused("berth-default");
        container.apparmorDefault = Optional.of("default");
        assertEquals("default", container.spec().process().apparmorProfile());
    }

    @Test
    void resourcesKeepTheirUnsetValuesUnset() throws Exception {
        container.resources =
                new ResourceInput(0, -1, 512, 1 << 20, 0, -500, "0-1", "", Map.of("2MB", 4096L), Map.of());
        Spec spec = container.spec();
        assertEquals(-500, spec.process().oomScoreAdj());
        String json = new String(SpecJson.write(spec), java.nio.charset.StandardCharsets.UTF_8);
        assertTrue(json.contains("\"cpu\":{\"shares\":512,\"quota\":-1,\"cpus\":\"0-1\"}"), json);
        assertTrue(json.contains("\"memory\":{\"limit\":1048576,\"swap\":1048576}"), json);
        container.resources = new ResourceInput(0, 0, 0, 0, 0, 1001, "", "", Map.of(), Map.of());
        refused("oom_score_adj 1001");
    }

    @Test
    void aSpecSurvivesItsJson() throws Exception {
        container.confined();
        container.readonlyRootfs = true;
        container.capabilities = new SecurityInput.CapabilityInput(List.of(), List.of(), List.of("KILL"));
        Spec spec = container.spec();
        assertEquals(spec, SpecJson.read(SpecJson.write(spec)));
    }

    private static NamespaceInput options(NamespaceMode network, NamespaceMode pid, NamespaceMode ipc) {
        return new NamespaceInput(network, pid, ipc, OptionalInt.empty(), Optional.empty());
    }

    private MountInput data(boolean readOnly, boolean recursive, MountInput.Propagation propagation) {
        return new MountInput(
                "/data",
                directory.toString(),
                readOnly,
                recursive,
                propagation,
                Optional.empty(),
                Optional.empty(),
                List.of());
    }

    private Capabilities capabilities() throws InvalidSpecException, IOException {
        return process(container.spec());
    }

    private static Capabilities process(Spec spec) {
        Capabilities capabilities = spec.process().capabilities();
        if (capabilities == null) {
            throw new AssertionError("no capabilities");
        }
        return capabilities;
    }

    private static Mount mountAt(Spec spec, String destination) {
        return spec.mounts().stream()
                .filter(mount -> mount.destination().equals(destination))
                .findFirst()
                .orElseThrow();
    }

    private void refused(String why) {
        InvalidSpecException refusal = assertThrows(InvalidSpecException.class, () -> container.spec());
        assertTrue(refusal.toString().contains(why), refusal.toString());
    }
}
