package dev.berth.engine.lowering;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.berth.engine.oci.InvalidSpecException;
import dev.berth.engine.oci.Spec;
import dev.berth.engine.pod.PodFiles;
import dev.berth.engine.pod.SandboxInput;
import dev.berth.engine.request.MountInput;
import dev.berth.engine.request.NamespaceInput;
import dev.berth.engine.request.NamespaceMode;
import dev.berth.engine.request.UserNamespace;
import dev.berth.engine.spec.ContainerFixture;
import dev.berth.shim.plan.Bytes;
import dev.berth.shim.plan.LaunchPlan;
import dev.berth.shim.plan.Step;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.function.Predicate;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class LoweringTest {
    private static final int TARGET = 77;
    private static final Step.Seccomp FILTER = new Step.Seccomp(Bytes.of(new byte[8]), 0);
    private static final CgroupPlace CGROUP =
            new CgroupPlace(Optional.of("/cg/unified/c1"), List.of("/cg/cpu/c1/tasks", "/cg/memory/c1/tasks"));
    private static final CgroupView HYBRID = new CgroupView.Hierarchies(List.of(
            new CgroupView.Hierarchy("cpu,cpuacct", "cgroup", List.of("cpu", "cpuacct")),
            new CgroupView.Hierarchy("unified", "cgroup2", List.of())));

    @TempDir
    Path directory;

    private ContainerFixture container;

    @BeforeEach
    void makeContainer() throws IOException {
        container = new ContainerFixture(Files.createDirectory(directory.resolve("image")), directory.resolve("pod"));
    }

    @Test
    void theHostsSourcesAreOpenedBeforeAnyOtherMountNamespaceIsEntered() throws Exception {
        container.with(data(MountInput.Propagation.PRIVATE));
        List<Step> steps = plan().steps();
        int entered = first(steps, step -> step instanceof Step.EnterNamespaces);
        for (Step step : steps) {
            if (step instanceof Step.OpenTree(int slot, String path, boolean recursive)
                    && !path.equals(PodFiles.SHM.toString())) {
                assertTrue(steps.indexOf(step) < entered, slot + path + recursive);
            }
        }
        Step overlay = steps.stream()
                .filter(Step.CreateMount.class::isInstance)
                .findFirst()
                .orElseThrow();
        assertTrue(steps.indexOf(overlay) < entered);
    }

    @Test
    void theLayersOfAnImageVolumeAreOpenedOnTheHostAndItIsReadOnly() throws Exception {
        container.having("data", Path.of("/l/low"), Path.of("/l/high")).with(volume(""));
        List<Step> steps = plan().steps();
        long attributes = MountOptions.RDONLY | MountOptions.NOSUID | MountOptions.NODEV;
        List<String> layers = List.of("lowerdir+=/l/high", "lowerdir+=/l/low");
        int made = first(
                steps,
                step -> step instanceof Step.CreateMount(int _, String _, String _, List<String> options, long set)
                        && options.equals(layers)
                        && set == attributes);
        assertTrue(0 <= made && made < first(steps, Step.EnterNamespaces.class::isInstance));
        assertFalse(steps.stream().anyMatch(Step.Subtree.class::isInstance));
    }

    @Test
    void anImageOfOneLayerIsAnOverlayTooAndASubPathNarrowsItBeforeItIsAttached() throws Exception {
        Path layer = Files.createDirectories(directory.resolve("layer"));
        Files.createDirectory(layer.resolve("part"));
        container.having("data", layer).with(volume("part"));
        List<Step> steps = plan().steps();
        List<String> layers = List.of("lowerdir+=" + layer, "lowerdir+=" + ContainerFixture.EMPTY);
        int made = first(
                steps,
                step -> step instanceof Step.CreateMount mount
                        && mount.options().equals(layers));
        int slot = ((Step.CreateMount) steps.get(made)).slot();
        int narrowed = steps.indexOf(new Step.Subtree(slot, "part"));
        assertEquals(new Step.AttachMount(slot, "/data", 0, 0, false, 0), steps.get(narrowed + 1));
        assertTrue(first(steps, Step.Root.class::isInstance) < narrowed);
        assertFalse(steps.stream().anyMatch(step -> step.toString().contains("hostPath=" + layer)));
    }

    private static MountInput volume(String subPath) {
        return ContainerFixture.imageMount("/data", "data", subPath);
    }

    @Test
    void thePodsShmIsOpenedInItsHoldersMountNamespace() throws Exception {
        List<Step> steps = plan().steps();
        long flags = CloneFlag.NEWNET | CloneFlag.NEWUTS | CloneFlag.NEWIPC | CloneFlag.NEWNS;
        int entered = steps.indexOf(new Step.EnterNamespaces(0, flags));
        int shm = first(
                steps,
                step -> step instanceof Step.OpenTree(int _, String path, boolean _)
                        && path.equals(PodFiles.SHM.toString()));
        int unshared = steps.indexOf(new Step.Unshare(CloneFlag.NEWNS | CloneFlag.NEWCGROUP));
        assertTrue(0 <= entered && entered < shm && shm < unshared);
    }

    @Test
    void theRootIsAnOverlayWithTheTopmostLayerFirst() throws Exception {
        Step.CreateMount overlay =
                assertInstanceOf(Step.CreateMount.class, plan().steps().getFirst());
        assertEquals("overlay", overlay.fsType());
        assertEquals(
                List.of("lowerdir+=/layers/2", "lowerdir+=/layers/1", "upperdir=/c/upper", "workdir=/c/work"),
                overlay.options().subList(0, 4));
        assertTrue(overlay.options().contains("volatile"));
    }

    @Test
    void theCgroupIsEnteredBeforeItsNamespaceIsMade() throws Exception {
        LaunchPlan plan = plan();
        List<Step> steps = plan.steps();
        assertEquals(Optional.of("/cg/unified/c1"), plan.cgroup2());
        int unshared = first(steps, step -> step instanceof Step.Unshare);
        int attached = steps.indexOf(new Step.AttachCgroup("/cg/memory/c1/tasks"));
        assertTrue(0 < attached && attached < unshared);
    }

    @Test
    void privilegesGoInTheOnlyOrderThatWorks() throws Exception {
        container.confined();
        List<Step> privileged = plan(Optional.of(FILTER)).steps();
        List<Class<?>> without = List.of(
                Step.Session.class,
                Step.ResourceLimit.class,
                Step.Umask.class,
                Step.WorkingDirectory.class,
                Step.Seccomp.class,
                Step.BoundingCapabilities.class,
                Step.Credentials.class,
                Step.Exec.class);
        assertEquals(without, types(privileged.subList(privileged.size() - without.size(), privileged.size())));
        container.noNewPrivileges();
        List<Step> unprivileged = plan(Optional.of(FILTER)).steps();
        List<Class<?>> with = List.of(
                Step.NoNewPrivileges.class,
                Step.BoundingCapabilities.class,
                Step.Credentials.class,
                Step.Seccomp.class,
                Step.Exec.class);
        assertEquals(with, types(unprivileged.subList(unprivileged.size() - with.size(), unprivileged.size())));
    }

    @Test
    void aProfileThatIsNotCompiledStartsNothing() throws Exception {
        container.confined();
        Spec spec = container.spec();
        assertThrows(IllegalArgumentException.class, () -> Lowering.container(spec, placement(Optional.empty())));
        assertThrows(
                IllegalArgumentException.class,
                () -> Lowering.exec(spec, List.of("sh"), false, new ExecPlacement(CGROUP, Optional.empty())));
    }

    @Test
    void ownProcFilesAreWrittenWhileProcIsTheHosts() throws Exception {
        List<Step> steps = plan().steps();
        assertTrue(first(steps, step -> step instanceof Step.OomScoreAdj)
                < first(steps, step -> step instanceof Step.EnterNamespaces));
    }

    @Test
    void everythingInTheRootHappensBetweenRootAndPivot() throws Exception {
        container.with(data(MountInput.Propagation.PRIVATE));
        List<Step> steps = plan().steps();
        int root = first(steps, step -> step instanceof Step.Root);
        int pivot = first(steps, step -> step instanceof Step.PivotRoot);
        for (int i = 0; i < steps.size(); i++) {
            boolean inRoot = switch (steps.get(i)) {
                case Step.AttachMount _,
                        Step.MakeDirectory _,
                        Step.MakeNode _,
                        Step.MakeSymlink _,
                        Step.Mask _,
                        Step.ReadOnly _ -> true;
                default -> false;
            };
            assertTrue(!inRoot || (root < i && i < pivot), "step " + i);
        }
    }

    @Test
    void everySlotIsMadeOnceAndUsedOnceAfterwards() throws Exception {
        container.with(data(MountInput.Propagation.PRIVATE));
        boolean[] made = new boolean[512];
        boolean[] used = new boolean[512];
        for (Step step : plan().steps()) {
            switch (step) {
                case Step.OpenTree open -> made[fresh(open.slot(), made)] = true;
                case Step.CreateMount create -> made[fresh(create.slot(), made)] = true;
                case Step.Root root -> used[ready(root.slot(), made, used)] = true;
                case Step.AttachMount attach -> used[ready(attach.slot(), made, used)] = true;
                default -> {}
            }
        }
        for (int slot = 0; slot < made.length; slot++) {
            assertEquals(made[slot], used[slot], "slot " + slot);
        }
    }

    @Test
    void bindsCarryTheirAttributesAndPropagation() throws Exception {
        container.with(new MountInput(
                "/data",
                directory.toString(),
                true,
                true,
                MountInput.Propagation.PRIVATE,
                Optional.empty(),
                Optional.empty(),
                List.of()));
        Step.AttachMount attach = (Step.AttachMount) plan().steps().stream()
                .filter(step ->
                        step instanceof Step.AttachMount mount && mount.inRoot().equals("/data"))
                .findFirst()
                .orElseThrow();
        assertEquals(MountOptions.RDONLY, attach.setAttributes());
        assertEquals(MountOptions.MS_PRIVATE, attach.propagation());
        assertTrue(attach.recursive());
    }

    @Test
    void aHybridHostsCgroupsAreShownReadOnly() throws Exception {
        List<Step> steps = plan().steps();
        int tmpfs = first(
                steps,
                step -> step instanceof Step.CreateMount mount
                        && mount.fsType().equals("tmpfs")
                        && mount.source().equals("cgroup"));
        int cpu = first(
                steps,
                step -> step instanceof Step.CreateMount mount && mount.fsType().equals("cgroup"));
        int link = steps.indexOf(new Step.MakeSymlink("cpu,cpuacct", "/sys/fs/cgroup/cpuacct"));
        int readOnly = steps.indexOf(new Step.ReadOnly("/sys/fs/cgroup"));
        assertTrue(0 <= tmpfs && tmpfs < cpu && cpu < link && link < readOnly);
        assertTrue((((Step.CreateMount) steps.get(cpu)).attributes() & MountOptions.RDONLY) != 0);
    }

    @Test
    void namespacesAreJoinedThroughTheirOwnersDescriptor() throws Exception {
        container.in(new NamespaceInput(
                NamespaceMode.POD, NamespaceMode.TARGET, NamespaceMode.POD, OptionalInt.of(TARGET), Optional.empty()));
        LaunchPlan plan = plan();
        assertEquals(0, plan.cloneFlags());
        assertTrue(plan.steps().contains(new Step.EnterNamespaces(1, CloneFlag.NEWPID)));
        container.in(NamespaceInput.DEFAULT);
        assertEquals(CloneFlag.NEWPID, plan().cloneFlags());
        container.in(new NamespaceInput(
                NamespaceMode.NODE, NamespaceMode.NODE, NamespaceMode.NODE, OptionalInt.empty(), Optional.empty()));
        LaunchPlan host = plan();
        assertEquals(0, host.cloneFlags());
        assertTrue(host.steps().stream().noneMatch(Step.EnterNamespaces.class::isInstance));
        container.in(new NamespaceInput(
                NamespaceMode.POD, NamespaceMode.TARGET, NamespaceMode.POD, OptionalInt.of(1), Optional.empty()));
        assertThrows(InvalidSpecException.class, this::plan);
    }

    private static final UserNamespace USERS =
            new UserNamespace(new UserNamespace.Range(65536, 1000), new UserNamespace.Range(131072, 1000));

    @Test
    void theHostsPrivilegesEndBeforeAnythingOfTheContainerIsAttached() throws Exception {
        container.userNamespace = Optional.of(USERS);
        List<Step> steps = plan().steps();
        long users = CloneFlag.NEWUSER | CloneFlag.NEWNS;
        int namespaces =
                steps.indexOf(new Step.EnterNamespaces(0, CloneFlag.NEWNET | CloneFlag.NEWUTS | CloneFlag.NEWIPC));
        int powerless = steps.indexOf(new Step.EnterNamespaces(0, users));
        for (String view : List.of("proc", "sysfs")) {
            int made = first(
                    steps,
                    step -> step instanceof Step.CreateMount mount
                            && mount.fsType().equals(view));
            assertTrue(namespaces < made && made < powerless, view);
        }
        assertTrue(powerless < first(steps, Step.Root.class::isInstance));
        assertTrue(powerless < first(steps, Step.Unshare.class::isInstance));
        assertTrue(steps.contains(new Step.StreamOwner(65536)));
        assertTrue(steps.stream().noneMatch(Step.MakeNode.class::isInstance));
    }

    @Test
    void everyLayerIsShownWithTheIdsOfTheUserNamespace() throws Exception {
        container.userNamespace = Optional.of(USERS);
        List<Step> steps = plan().steps();
        for (String layer : List.of("/layers/1", "/layers/2")) {
            int opened = first(
                    steps, step -> step instanceof Step.OpenTree(int _, String path, boolean _) && path.equals(layer));
            int slot = ((Step.OpenTree) steps.get(opened)).slot();
            assertEquals(new Step.MapIds(slot, 2), steps.get(opened + 1));
            assertTrue(steps.stream()
                    .anyMatch(step -> step instanceof Step.CreateMount mount
                            && mount.options().contains("lowerdir+#" + slot)));
        }
    }

    @Test
    void thePodsUserNamespaceIsMadeBeforeItsOthersSoThatTheyBelongToIt() throws Exception {
        NamespaceInput mapped = new NamespaceInput(
                NamespaceMode.POD, NamespaceMode.CONTAINER, NamespaceMode.POD, OptionalInt.empty(), Optional.of(USERS));
        List<Step> steps = Lowering.sandbox(sandbox(mapped), CGROUP).steps();
        int made = steps.indexOf(new Step.UserNamespace("0 65536 1000", "0 131072 1000"));
        assertTrue(0 <= made && made < first(steps, Step.Unshare.class::isInstance));
        assertTrue(steps.contains(new Step.Sysctl("net.ipv4.ping_group_range", "0 999")));
    }

    @Test
    void anExecRunsWithTheContainersCredentials() throws Exception {
        container.confined();
        Spec spec = container.spec();
        LaunchPlan init = Lowering.container(spec, placement(Optional.of(FILTER)));
        LaunchPlan exec =
                Lowering.exec(spec, List.of("sh", "-c", "true"), true, new ExecPlacement(CGROUP, Optional.of(FILTER)));
        assertEquals(0, exec.cloneFlags());
        int entered = exec.steps().indexOf(new Step.EnterNamespaces(-1, CloneFlag.EVERY));
        assertTrue(exec.steps().indexOf(new Step.AttachCgroup("/cg/cpu/c1/tasks")) < entered);
        assertTrue(exec.steps().contains(FILTER));
        assertEquals(credentials(init), credentials(exec));
        Step.Exec last = assertInstanceOf(Step.Exec.class, exec.steps().getLast());
        assertEquals("sh", last.arguments().getFirst().toString());
        assertTrue(last.environment().contains(Bytes.utf8("TERM=xterm")));
        assertFalse(exec.steps().stream().anyMatch(Step.AttachMount.class::isInstance));
        assertThrows(
                InvalidSpecException.class,
                () -> Lowering.exec(spec, List.of(), false, new ExecPlacement(CGROUP, Optional.of(FILTER))));
    }

    @Test
    void aSandboxMakesItsNamespacesAndTheirContents() throws Exception {
        LaunchPlan plan = Lowering.sandbox(sandbox(NamespaceInput.DEFAULT), CGROUP);
        assertEquals(
                List.of(
                        new Step.AttachCgroup("/cg/cpu/c1/tasks"),
                        new Step.AttachCgroup("/cg/memory/c1/tasks"),
                        new Step.Unshare(CloneFlag.NEWNET | CloneFlag.NEWUTS | CloneFlag.NEWIPC | CloneFlag.NEWNS),
                        new Step.LoopbackUp(),
                        new Step.Hostname("pod"),
                        new Step.Sysctl("net.ipv4.ip_unprivileged_port_start", "0"),
                        new Step.Sysctl("net.ipv4.ping_group_range", "0 2147483647"),
                        new Step.CreateMount(0, "tmpfs", "holder", List.of("mode=755", "size=65536"), RESTRICTED),
                        new Step.Root(0),
                        new Step.MakeDirectory("/.berth-pod-shm", 0755, 0, 0),
                        new Step.CreateMount(1, "tmpfs", "shm", List.of("mode=1777", "size=67108864"), RESTRICTED),
                        new Step.AttachMount(1, "/.berth-pod-shm", 0, 0, false, 0),
                        new Step.PivotRoot(true),
                        new Step.BoundingCapabilities(0),
                        new Step.Credentials(0, 0, List.of(), 0, 0, 0, 0),
                        new Step.NoNewPrivileges()),
                plan.steps());
        assertEquals(0, plan.cloneFlags());
        NamespaceInput host = new NamespaceInput(
                NamespaceMode.NODE, NamespaceMode.POD, NamespaceMode.NODE, OptionalInt.empty(), Optional.empty());
        LaunchPlan shared = Lowering.sandbox(sandbox(host), CGROUP);
        assertTrue(shared.steps().contains(new Step.Unshare(CloneFlag.NEWNS)));
        assertFalse(shared.steps().stream().anyMatch(Step.AttachMount.class::isInstance));
        assertTrue(shared.steps().contains(new Step.PivotRoot(true)));
        assertEquals(CloneFlag.NEWPID, shared.cloneFlags());
    }

    @Test
    void aSandboxJoinsANetworkNamespaceThatIsReady() throws Exception {
        LaunchPlan own = Lowering.sandbox(sandbox(NamespaceInput.DEFAULT), CGROUP);
        LaunchPlan joining = Lowering.joiningNetwork(own);
        int joined = joining.steps().indexOf(new Step.EnterNamespaces(0, CloneFlag.NEWNET));
        int unshared = joining.steps().indexOf(new Step.Unshare(CloneFlag.NEWUTS | CloneFlag.NEWIPC | CloneFlag.NEWNS));
        int setting = joining.steps().indexOf(new Step.Sysctl("net.ipv4.ip_unprivileged_port_start", "0"));
        assertTrue(0 < joined && joined < unshared && unshared < setting, joining.steps()::toString);
        assertFalse(joining.steps().contains(new Step.LoopbackUp()));
        assertEquals(own.steps().size(), joining.steps().size());
    }

    private static final long RESTRICTED = MountOptions.NOSUID | MountOptions.NODEV | MountOptions.NOEXEC;

    private static SandboxInput sandbox(NamespaceInput namespaces) {
        return new SandboxInput("s1", "pod", namespaces, Map.of(), new PodFiles(Path.of("/sandbox")));
    }

    private MountInput data(MountInput.Propagation propagation) {
        return new MountInput(
                "/data",
                directory.toString(),
                false,
                false,
                propagation,
                Optional.empty(),
                Optional.empty(),
                List.of());
    }

    private LaunchPlan plan() throws InvalidSpecException, IOException {
        return plan(Optional.empty());
    }

    private LaunchPlan plan(Optional<Step.Seccomp> filter) throws InvalidSpecException, IOException {
        return Lowering.container(container.spec(), placement(filter));
    }

    private Placement placement(Optional<Step.Seccomp> filter) {
        return new Placement(
                List.of(Path.of("/layers/1"), Path.of("/layers/2")),
                Path.of("/c/upper"),
                Path.of("/c/work"),
                CGROUP,
                List.of(ContainerFixture.HOLDER, TARGET),
                OptionalInt.of(2),
                PodFiles.SHM,
                HYBRID,
                filter);
    }

    private static Step credentials(LaunchPlan plan) {
        return plan.steps().stream()
                .filter(Step.Credentials.class::isInstance)
                .findFirst()
                .orElseThrow();
    }

    private static int first(List<Step> steps, Predicate<Step> wanted) {
        for (int i = 0; i < steps.size(); i++) {
            if (wanted.test(steps.get(i))) {
                return i;
            }
        }
        throw new AssertionError("no such step in " + steps);
    }

    private static int fresh(int slot, boolean[] made) {
        assertFalse(made[slot], "slot " + slot + " is made twice");
        return slot;
    }

    private static int ready(int slot, boolean[] made, boolean[] used) {
        assertTrue(made[slot] && !used[slot], "slot " + slot);
        return slot;
    }

    private static List<? extends Class<?>> types(List<Step> steps) {
        return steps.stream().map(Step::getClass).toList();
    }
}
