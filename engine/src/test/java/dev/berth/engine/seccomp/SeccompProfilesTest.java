package dev.berth.engine.seccomp;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.berth.linux.seccomp.FilteredProcess;
import dev.berth.linux.seccomp.SeccompFilter;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** System calls by their x86-64 numbers, with arguments that fail harmlessly (EFAULT, EBADF...) when let through. */
final class SeccompProfilesTest {
    private static final int EPERM = 1;
    private static final int ENOSYS = 38;
    private static final int EBADF = 9;
    private static final int EFAULT = 14;
    private static final int EINVAL = 22;
    private static final int EAFNOSUPPORT = 97;

    @TempDir
    private Path directory;

    private SeccompProfiles profiles;

    @BeforeEach
    void open() throws IOException {
        profiles = new SeccompProfiles(directory.resolve("cache"));
    }

    @ParameterizedTest
    @ValueSource(strings = {"{\n \"defaultAction\": [", "{\n broken", "{\n \u0001"})
    void aMistakeInAProfileIsToldInOneLineByItsPlace(String text) throws Exception {
        Path file = Files.writeString(directory.resolve("odd.json"), text);
        var refused = assertThrows(SeccompProfileException.class, () -> profiles.localhost(file, Set.of()));
        String message = String.valueOf(refused.getMessage());
        assertTrue(message.startsWith("seccomp profile " + file + ": is not valid JSON: line 2, column "), message);
        assertTrue(message.lines().count() == 1 && !message.contains("Source"), message);
    }

    @Test
    void theDefaultLetsOrdinaryCallsThrough() throws Exception {
        assertEquals(List.of(0, 0, EFAULT), errnos(Set.of(), "39", "41,2,1,0", "59,0,0,0"));
    }

    @Test
    void theDefaultRefusesWhatNeedsPrivilege() throws Exception {
        List<String> calls = List.of(
                "165,0,0,0,0,0", // mount
                "272,0x10000000", // unshare a user namespace
                "308,-1,0", // setns
                "321,99,0,0", // bpf
                "298,0,0,0,0,0", // perf_event_open
                "250,0,0,0", // keyctl
                "248,0,0,0,0,0", // add_key
                "425,0,0", // io_uring_setup
                "323,0", // userfaultfd
                "246,0,0,0,0", // kexec_load
                "169,0,0,0,0", // reboot
                "175,0,0,0", // init_module
                "161,0", // chroot
                "103,10,0,0", // syslog
                "227,0,0", // clock_settime
                "304,-1,0,0", // open_by_handle_at
                "430,0,0", // fsopen
                "428,-1,0,0"); // open_tree
        var refused = calls.stream().map(_ -> EPERM).toList();
        assertEquals(refused, errnos(Set.of(), calls.toArray(String[]::new)));
    }

    @Test
    void newNamespacesAreRefusedInCloneAndClone3IsAbsent() throws Exception {
        // CLONE_NEWUSER in a clone that would fail anyhow: CLONE_FS with CLONE_NEWNS is EINVAL
        assertEquals(
                List.of(EPERM, ENOSYS, EINVAL),
                errnos(Set.of(), "56,0x10000000,0,0,0,0", "435,0,0", "56,0x800,0,0,0,0"));
        assertEquals(List.of(EINVAL, EINVAL), errnos(Set.of("CAP_SYS_ADMIN"), "56,0x20200,0,0,0,0", "435,0,0"));
    }

    @Test
    void capabilitiesOpenTheirCalls() throws Exception {
        assertEquals(List.of(EFAULT), errnos(Set.of("CAP_SYS_CHROOT"), "161,0"));
        assertEquals(List.of(EFAULT, EPERM), errnos(Set.of("CAP_SYS_TIME"), "227,0,0", "161,0"));
        assertEquals(List.of(EINVAL, EBADF), errnos(Set.of("CAP_SYS_ADMIN"), "321,99,0,0", "308,-1,0"));
        assertEquals(List.of(EINVAL, EPERM), errnos(Set.of("CAP_BPF"), "321,99,0,0", "308,-1,0"));
    }

    @Test
    void socketsOutsideTheNetworkNamespaceAreRefused() throws Exception {
        assertEquals(
                List.of(EPERM, EPERM, 0, EAFNOSUPPORT),
                errnos(Set.of(), "41,40,1,0", "41,38,5,0", "41,1,1,0", "41,39,0,0").stream()
                        .map(errno -> errno == 94 || errno == 93 ? EAFNOSUPPORT : errno)
                        .toList());
    }

    @Test
    void onlyHarmlessPersonalitiesCanBeSet() throws Exception {
        assertEquals(List.of(0, 0, EPERM), errnos(Set.of(), "135,0xffffffff", "135,0", "135,0x0040000"));
    }

    @Test
    void aCallOfANewerKernelIsNotImplemented() throws Exception {
        assertEquals(List.of(ENOSYS), errnos(Set.of(), "990"));
    }

    @Test
    void aProgramOutlivesTheDaemonOnDiskAndADamagedOneIsMadeAnew() throws Exception {
        var program = profiles.runtimeDefault(Set.of());
        Path file = onlyFile();
        byte[] stored = Files.readAllBytes(file);
        assertEquals(program, profiles.runtimeDefault(Set.of()));
        stored[100] ^= 1;
        Files.write(file, stored);
        assertEquals(program, new SeccompProfiles(directory.resolve("cache")).runtimeDefault(Set.of()));
        assertNotEquals(stored[100], Files.readAllBytes(onlyFile())[100]);
    }

    @Test
    void aStoredProgramIsUsedWithoutCompiling() throws Exception {
        var cache = new ProgramCache(directory.resolve("other"));
        byte[] program = SeccompFilter.compile(profiles.runtimeDefaultProfile(Set.of()));
        cache.store("key", program);
        assertEquals(program.length, cache.load("key").orElseThrow().length());
        assertTrue(cache.load("another").isEmpty());
    }

    @Test
    void temporaryFilesOfAKilledDaemonAreSwept() throws Exception {
        Path left = Files.writeString(directory.resolve("cache/x.tmp"), "half");
        assertTrue(Files.exists(left));
        var again = new SeccompProfiles(directory.resolve("cache"));
        assertTrue(Files.notExists(left));
        assertTrue(again.runtimeDefault(Set.of()).program().length() > 0);
    }

    @Test
    void aLocalhostProfileIsReadFromItsFile() throws Exception {
        Path file = Files.writeString(directory.resolve("profile.json"), """
                {"defaultAction": "SCMP_ACT_ALLOW", "flags": ["SECCOMP_FILTER_FLAG_LOG"],
                 "architectures": ["SCMP_ARCH_X86_64"], "unknown": 1,
                 "syscalls": [{"names": ["getppid", "unheard_of"], "action": "SCMP_ACT_ERRNO", "errnoRet": 77},
                              {"names": ["getpriority"], "action": "SCMP_ACT_ERRNO",
                               "args": [{"index": 0, "value": 18446744073709551615, "op": "SCMP_CMP_EQ"}]}]}""");
        var program = profiles.localhost(file, Set.of());
        assertEquals(2, program.flags());
        assertEquals(
                List.of(77, EPERM, 0),
                FilteredProcess.errnos(directory, program.program().toArray(), "110", "140,-1,0", "140,0,0"));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "[]",
                "{",
                "{}",
                "{\"defaultAction\": \"SCMP_ACT_MAYBE\"}",
                "{\"defaultAction\": \"SCMP_ACT_NOTIFY\"}",
                "{\"defaultAction\": \"SCMP_ACT_ALLOW\", \"architectures\": [\"PDP11\"]}",
                "{\"defaultAction\": \"SCMP_ACT_ALLOW\", \"syscalls\": [{\"action\": \"SCMP_ACT_ERRNO\"}]}",
                "{\"defaultAction\": \"SCMP_ACT_ALLOW\", \"syscalls\": {}}",
                "{\"defaultAction\": \"SCMP_ACT_ERRNO\", \"defaultErrnoRet\": 5000}",
                "{\"defaultAction\": \"SCMP_ACT_ALLOW\", \"listenerPath\": \"/run/x.sock\"}"
            })
    void aMalformedProfileIsNamedInTheError(String json) throws Exception {
        Path file = Files.writeString(directory.resolve("bad.json"), json);
        var refused = assertThrows(SeccompProfileException.class, () -> profiles.localhost(file, Set.of()));
        assertTrue(refused.toString().contains(file.toString()), refused.toString());
    }

    @Test
    void aMissingOversizedOrSpecialFileIsAClearError() throws Exception {
        Path large = Files.write(directory.resolve("large.json"), new byte[(1 << 20) + 1]);
        for (Path file : List.of(directory.resolve("absent.json"), large, Path.of("/dev/zero"), directory)) {
            assertThrows(SeccompProfileException.class, () -> profiles.localhost(file, Set.of()));
        }
    }

    private Path onlyFile() throws IOException {
        try (var files = Files.list(directory.resolve("cache"))) {
            List<Path> all = files.toList();
            assertEquals(1, all.size());
            return all.getFirst();
        }
    }

    private List<Integer> errnos(Set<String> capabilities, String... calls) throws Exception {
        return FilteredProcess.errnos(
                directory, profiles.runtimeDefault(capabilities).program().toArray(), calls);
    }
}
