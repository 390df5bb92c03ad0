package dev.berth.shim;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.berth.shim.plan.Bytes;
import dev.berth.shim.plan.LaunchPlan;
import dev.berth.shim.plan.Step;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.provider.ValueSource;

/** Seccomp filters that leave a process no way to start its program, and some no way to say so or to end. */
@ParameterizedClass
@ValueSource(strings = {"berth-shim", "berth-shim-asan"})
@Timeout(30)
class HostileFilterTest {
    // linux/seccomp.h
    private static final int ERRNO = 0x0005_0000;
    private static final int KILL_PROCESS = 0x8000_0000;
    private static final int KILL_THREAD = 0;
    private static final int TRAP = 0x0003_0000;
    private static final int ALLOW = 0x7fff_0000;
    private static final int EPERM = 1;

    // linux/bpf_common.h
    private static final short LOAD = 0x20;
    private static final short JUMP_IF_EQUAL = 0x15;
    private static final short RETURN = 0x06;

    private static final int SYS_EXECVE = System.getProperty("os.arch").equals("aarch64") ? 221 : 59;

    private final Berths berths;

    HostileFilterTest(String program, @TempDir Path top) throws IOException, InterruptedException {
        berths = new Berths(program, top);
    }

    @AfterEach
    void clean() throws IOException {
        berths.close();
    }

    private static ByteBuffer instruction(ByteBuffer program, short code, int ifTrue, int ifFalse, int value) {
        return program.putShort(code).put((byte) ifTrue).put((byte) ifFalse).putInt(value);
    }

    private static Step.Seccomp everything(int action) {
        ByteBuffer program = ByteBuffer.allocate(8).order(ByteOrder.nativeOrder());
        instruction(program, RETURN, 0, 0, action);
        return new Step.Seccomp(Bytes.of(program.array()), 0);
    }

    private static Step.Seccomp execve(int action) {
        ByteBuffer program = ByteBuffer.allocate(32).order(ByteOrder.nativeOrder());
        instruction(program, LOAD, 0, 0, 0);
        instruction(program, JUMP_IF_EQUAL, 0, 1, SYS_EXECVE);
        instruction(program, RETURN, 0, 0, action);
        instruction(program, RETURN, 0, 0, ALLOW);
        return new Step.Seccomp(Bytes.of(program.array()), 0);
    }

    /** With no_new_privs a filter is the last step before the program, without it stands before the credentials. */
    private enum Place {
        LAST,
        EARLY;

        List<Step> in(List<Step> steps, Step filter) {
            List<Step> with = new ArrayList<>(steps);
            int session = with.indexOf(new Step.Session());
            with.add(this == LAST ? steps.size() - 1 : session + 1, filter);
            if (this == EARLY) {
                with.remove(new Step.NoNewPrivileges());
            }
            return with;
        }
    }

    private LaunchException container(Place place, Step filter) {
        List<Step> steps = place.in(Plans.steps(berths.root, List.of(), Plans.command("/bin/true")), filter);
        LaunchPlan plan = new LaunchPlan(Plans.NEWPID, Optional.empty(), steps);
        return assertThrows(LaunchException.class, () -> berths.start(berths.launch("a", plan)));
    }

    private void assertNamed(LaunchException failure) {
        assertEquals("seccomp", failure.stepName(), failure::toString);
        assertEquals("profile", failure.subject());
    }

    @Test
    void aFilterThatRefusesEverythingFailsTheLaunch() {
        assertNamed(container(Place.LAST, everything(ERRNO | EPERM)));
        assertNamed(container(Place.EARLY, everything(ERRNO | EPERM)));
    }

    @Test
    void aFilterThatPretendsEverythingFailsTheLaunch() {
        assertNamed(container(Place.LAST, everything(ERRNO)));
    }

    @Test
    void aFilterThatKillsFailsTheLaunch() {
        for (int action : List.of(KILL_PROCESS, KILL_THREAD, TRAP)) {
            assertNamed(container(Place.LAST, everything(action)));
            assertNamed(container(Place.EARLY, everything(action)));
            assertNamed(container(Place.LAST, execve(action)));
        }
    }

    @Test
    void aFilterThatRefusesTheProgramAloneIsBlamed() {
        for (Place place : Place.values()) {
            LaunchException failure = container(place, execve(ERRNO | EPERM));
            assertEquals("exec", failure.stepName());
            assertTrue(failure.toString().contains("seccomp profile refuses execve"), failure::toString);
        }
    }

    @Test
    void aCommandFailsAtOnceToo() throws IOException {
        Shim shim = berths.run("a", "exec sleep 1000");
        for (int action : List.of(ERRNO | EPERM, ERRNO, KILL_PROCESS)) {
            for (Place place : Place.values()) {
                LaunchPlan plain = Plans.exec("/bin/true");
                LaunchPlan plan = new LaunchPlan(0, Optional.empty(), place.in(plain.steps(), everything(action)));
                assertNamed(assertThrows(LaunchException.class, () -> shim.exec(plan)));
            }
        }
        assertEquals(
                "ok\n",
                Berths.transcript(shim.exec(Plans.exec("/bin/echo", "ok"))).out());
    }
}
