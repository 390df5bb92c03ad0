package dev.berth.engine.spec;

import dev.berth.engine.cdi.CdiDevices;
import dev.berth.engine.cdi.CdiName;
import dev.berth.engine.host.HostFacts;
import dev.berth.engine.oci.InvalidSpecException;
import dev.berth.engine.oci.Spec;
import dev.berth.engine.pod.PodContext;
import dev.berth.engine.pod.PodFiles;
import dev.berth.engine.request.CommandInput;
import dev.berth.engine.request.DeviceInput;
import dev.berth.engine.request.MountInput;
import dev.berth.engine.request.NamespaceInput;
import dev.berth.engine.request.ResourceInput;
import dev.berth.engine.request.SecurityInput;
import dev.berth.engine.request.SecurityProfile;
import dev.berth.engine.request.UserInput;
import dev.berth.engine.request.UserNamespace;
import dev.berth.engine.seccomp.SeccompProfiles;
import dev.berth.linux.mount.RootDirectory;
import dev.berth.shim.plan.Bytes;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** A plain container whose parts a test replaces one at a time. */
public final class ContainerFixture {
    public static final int HOLDER = 4242;
    public static final long EVERY_CAPABILITY = (1L << 41) - 1;
    public static final Path EMPTY = Path.of("/empty");

    final Path image;
    long available = EVERY_CAPABILITY;
    long openFilesHard = 1 << 20;
    boolean hostApparmor;
    Optional<String> apparmorDefault = Optional.empty();
    boolean selinux;
    Path devices = Path.of("/dev");
    boolean privilegedPod = true;
    String podHostname = "pod";
    int holder = HOLDER;
    public PodFiles files;
    ImageDefaults imageDefaults =
            new ImageDefaults(List.of("/entry"), List.of("cmd"), List.of("FROM=image"), "", "", List.of(), "");
    List<String> command = List.of();
    List<String> args = List.of();
    String workingDirectory = "";
    List<CommandInput.Variable> environment = List.of();
    boolean terminal;
    List<MountInput> mounts = List.of();
    public Optional<UserNamespace> userNamespace = Optional.empty();
    Map<String, List<Path>> volumeLayers = Map.of();
    Map<DeclaredVolume, Path> volumes = Map.of();
    List<DeviceInput> deviceInputs = List.of();
    List<Path> cdiDirectories = List.of();
    List<CdiName> cdiDevices = List.of();
    ResourceInput resources = ResourceInput.NONE;
    boolean privileged;
    SecurityInput.CapabilityInput capabilities = SecurityInput.CapabilityInput.DEFAULT;
    UserInput user = UserInput.UNSET;
    boolean readonlyRootfs;
    boolean noNewPrivileges;
    List<String> maskedPaths = List.of("/proc/interrupts", "/proc/kcore", "/sys/firmware");
    List<String> readonlyPaths = List.of("/proc/bus", "/proc/sys");
    SecurityProfile seccomp = new SecurityProfile.Unconfined();
    SecurityProfile apparmor = new SecurityProfile.Unconfined();
    Optional<SecurityInput.SelinuxOptions> selinuxOptions = Optional.empty();
    NamespaceInput namespaces = NamespaceInput.DEFAULT;

    public ContainerFixture(Path image, Path pod) {
        this.image = image;
        this.files = new PodFiles(pod);
    }

    public ContainerFixture heldBy(int pid) {
        holder = pid;
        return this;
    }

    public ContainerFixture running(String... line) {
        command = List.of(line);
        return this;
    }

    public ContainerFixture in(NamespaceInput chosen) {
        namespaces = chosen;
        return this;
    }

    public ContainerFixture with(MountInput... requested) {
        mounts = List.of(requested);
        return this;
    }

    /** The layers that an image of a mount has. */
    public ContainerFixture having(String name, Path... layers) {
        volumeLayers = Map.of(name, List.of(layers));
        return this;
    }

    public static MountInput imageMount(String containerPath, String name, String subPath) {
        MountInput.Image volume = new MountInput.Image(name, Map.of(), "", subPath);
        return new MountInput(
                containerPath,
                "",
                true,
                false,
                MountInput.Propagation.PRIVATE,
                Optional.empty(),
                Optional.of(volume),
                List.of());
    }

    public ContainerFixture noNewPrivileges() {
        noNewPrivileges = true;
        return this;
    }

    public ContainerFixture confined() {
        seccomp = new SecurityProfile.RuntimeDefault();
        return this;
    }

    static CommandInput.Variable variable(String name, String value) {
        return new CommandInput.Variable(name, Bytes.utf8(value));
    }

    static MountInput mount(String containerPath, String hostPath) {
        return new MountInput(
                containerPath,
                hostPath,
                false,
                false,
                MountInput.Propagation.PRIVATE,
                Optional.empty(),
                Optional.empty(),
                List.of());
    }

    public Spec spec() throws InvalidSpecException, IOException {
        try (RootDirectory root = RootDirectory.at(image)) {
            return new ContainerSpecs(host(), profiles(), new CdiDevices(cdiDirectories), new HostPaths(false))
                    .container(input(), root);
        }
    }

    public SeccompProfiles profiles() throws IOException {
        return new SeccompProfiles(image.resolveSibling("profiles"));
    }

    private HostFacts host() {
        return new HostFacts(available, openFilesHard, false, hostApparmor, apparmorDefault, selinux, devices, EMPTY);
    }

    private ContainerInput input() {
        return new ContainerInput(
                "c1",
                new PodContext("s1", podHostname, holder, privilegedPod, files, userNamespace),
                imageDefaults,
                new CommandInput(command, args, workingDirectory, environment, terminal, false),
                mounts,
                volumeLayers,
                volumes,
                deviceInputs,
                cdiDevices,
                resources,
                security(),
                "/pod/c1");
    }

    private SecurityInput security() {
        return new SecurityInput(
                privileged,
                capabilities,
                user,
                readonlyRootfs,
                noNewPrivileges,
                maskedPaths,
                readonlyPaths,
                seccomp,
                apparmor,
                selinuxOptions,
                namespaces);
    }
}
