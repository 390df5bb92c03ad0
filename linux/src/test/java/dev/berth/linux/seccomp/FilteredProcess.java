package dev.berth.linux.seccomp;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/** A real process under a filter that makes system calls by number and says what came of them. */
public final class FilteredProcess {
    private static final String SCRIPT = """
            import ctypes, struct, sys
            libc = ctypes.CDLL(None, use_errno=True)
            code = open(sys.argv[1], 'rb').read()
            program = ctypes.create_string_buffer(code, len(code))
            class Fprog(ctypes.Structure):
                _fields_ = [('length', ctypes.c_ushort), ('filter', ctypes.c_void_p)]
            fprog = Fprog(len(code) // 8, ctypes.addressof(program))
            calls = [[int(n, 0) for n in a.split(',')] for a in sys.argv[3:]]
            assert libc.prctl(38, 1, 0, 0, 0) == 0
            if libc.syscall(317, 1, int(sys.argv[2]), ctypes.byref(fprog)) != 0:
                print('load', ctypes.get_errno()); sys.exit(1)
            answers = []
            for call in calls:
                ctypes.set_errno(0)
                result = libc.syscall(*[ctypes.c_long(n) for n in call])
                answers.append(ctypes.get_errno() if result == -1 else 0)
            print(*answers)
            """;

    private FilteredProcess() {}

    /** The errno of each call, 0 for success. A call is the number and the arguments, separated by commas (x86-64). */
    public static List<Integer> errnos(Path directory, byte[] program, String... calls)
            throws IOException, InterruptedException {
        Path file = Files.write(directory.resolve("filter"), program);
        var command = new ArrayList<>(List.of("python3", "-c", SCRIPT, file.toString(), "0"));
        command.addAll(List.of(calls));
        Process process = new ProcessBuilder(command).redirectErrorStream(true).start();
        String output = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8).strip();
        assertEquals(0, process.waitFor(), output);
        return output.lines().reduce((_, last) -> last).stream()
                .flatMap(line -> List.of(line.split(" ", -1)).stream())
                .map(Integer::parseInt)
                .toList();
    }
}
