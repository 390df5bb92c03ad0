package dev.berth.linux.seccomp;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.berth.linux.Errno;
import dev.berth.linux.seccomp.ArgumentTest.Comparison;
import java.nio.file.Path;
import java.util.List;
import java.util.OptionalInt;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

final class SeccompFilterTest {
    private static final int SOME_ERRNO = 77;
    private static final String GETPPID = "110";
    private static final String GETPRIORITY = "140,0,0";
    private static final String GETPRIORITY_OF_GROUP = "140,1,0";
    private static final String NUMBER_OF_THE_FUTURE = "990";
    private static final OptionalInt NONE = OptionalInt.empty();

    @TempDir
    private Path directory;

    @Test
    void aRefusedCallGetsTheRulesErrnoAndOthersPass() throws Exception {
        var rule = new SyscallRule(List.of("getppid"), Action.ERRNO, OptionalInt.of(SOME_ERRNO), List.of());
        assertEquals(List.of(SOME_ERRNO, 0), errnos(allowing(rule), GETPPID, GETPRIORITY));
    }

    @Test
    void argumentsDecide() throws Exception {
        var first = new ArgumentTest(0, Comparison.EQ, 1, 0);
        var rule = new SyscallRule(List.of("getpriority"), Action.ERRNO, NONE, List.of(first));
        assertEquals(List.of(0, Errno.EPERM), errnos(allowing(rule), GETPRIORITY, GETPRIORITY_OF_GROUP));
    }

    @Test
    void severalTestsOfOneArgumentAreAlternatives() throws Exception {
        var one = new ArgumentTest(0, Comparison.EQ, 0, 0);
        var other = new ArgumentTest(0, Comparison.EQ, 1, 0);
        var rule = new SyscallRule(List.of("getpriority"), Action.ERRNO, NONE, List.of(one, other));
        assertEquals(
                List.of(Errno.EPERM, Errno.EPERM, 0),
                errnos(allowing(rule), GETPRIORITY, GETPRIORITY_OF_GROUP, "140,2,0"));
    }

    @Test
    void aMaskedTestLooksAtTheMaskedBitsAlone() throws Exception {
        var masked = new ArgumentTest(0, Comparison.MASKED_EQ, 1, 1);
        var rule = new SyscallRule(List.of("getpriority"), Action.ERRNO, NONE, List.of(masked));
        assertEquals(List.of(0, Errno.EPERM, 0), errnos(allowing(rule), GETPRIORITY, GETPRIORITY_OF_GROUP, "140,2,0"));
    }

    @Test
    void aCallNewerThanTheProfileIsNotImplementedRatherThanForbidden() throws Exception {
        var python = List.of(
                "read",
                "write",
                "brk",
                "mmap",
                "munmap",
                "exit_group",
                "rt_sigaction",
                "close",
                "fstat",
                "newfstatat",
                "lseek",
                "ioctl",
                "futex",
                "openat");
        var profile = new SeccompProfile(
                Action.ERRNO,
                NONE,
                List.of("SCMP_ARCH_X86"),
                List.of(),
                List.of(new SyscallRule(python, Action.ALLOW, NONE, List.of())));
        assertEquals(List.of(Errno.EPERM, Errno.ENOSYS), errnos(profile, GETPPID, NUMBER_OF_THE_FUTURE));
    }

    @Test
    void namesTheLibraryDoesNotKnowArePassedOver() throws Exception {
        var rule = new SyscallRule(List.of("no_such_call", "getppid"), Action.ERRNO, NONE, List.of());
        assertEquals(List.of(Errno.EPERM), errnos(allowing(rule), GETPPID));
    }

    @Test
    void whatMeansNothingIsRefused() {
        assertThrows(IllegalArgumentException.class, () -> new ArgumentTest(6, Comparison.EQ, 0, 0));
        assertThrows(
                IllegalArgumentException.class,
                () -> new SeccompProfile(Action.ALLOW, NONE, List.of("SCMP_ARCH_PDP11"), List.of(), List.of()));
        assertThrows(
                IllegalArgumentException.class,
                () -> new SeccompProfile(
                        Action.ALLOW, NONE, List.of(), List.of("SECCOMP_FILTER_FLAG_WAIT"), List.of()));
    }

    @Test
    void flagsBecomeBits() {
        var flags = List.of("SECCOMP_FILTER_FLAG_LOG", "SECCOMP_FILTER_FLAG_SPEC_ALLOW");
        assertEquals(6, new SeccompProfile(Action.ALLOW, NONE, List.of(), flags, List.of()).flagBits());
        assertTrue(SeccompFilter.libraryVersion().startsWith("2."));
    }

    private static SeccompProfile allowing(SyscallRule exception) {
        return new SeccompProfile(Action.ALLOW, NONE, List.of(), List.of(), List.of(exception));
    }

    private List<Integer> errnos(SeccompProfile profile, String... calls) throws Exception {
        return FilteredProcess.errnos(directory, SeccompFilter.compile(profile), calls);
    }
}
