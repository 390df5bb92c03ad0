package dev.berth.linux.net;

import dev.berth.linux.ErrnoException;
import dev.berth.linux.kernfs.Kernfs;
import java.util.List;

/** What went through one network interface since it was made. */
public record InterfaceCounters(String name, Direction received, Direction transmitted) {
    /** Columns of {@code /proc/<pid>/net/dev} for one direction. */
    private static final int COLUMNS = 8;

    /** One way through an interface. */
    public record Direction(long bytes, long packets, long errors, long dropped) {}

    /**
     * All interfaces of the network namespace that a process is in.
     *
     * @throws ErrnoException ENOENT if there is no such process
     */
    public static List<InterfaceCounters> of(int pid) throws ErrnoException {
        return parse(Kernfs.read("/proc/" + pid + "/net/dev"));
    }

    /** Two lines of headings, then {@code name: } and eight numbers each way. */
    static List<InterfaceCounters> parse(String text) {
        return text.lines().skip(2).map(InterfaceCounters::line).toList();
    }

    private static InterfaceCounters line(String line) {
        // a name may hold a colon, a number cannot
        int colon = line.lastIndexOf(':');
        String[] numbers = line.substring(colon + 1).strip().split(" +", -1);
        return new InterfaceCounters(
                line.substring(0, colon).strip(), direction(numbers, 0), direction(numbers, COLUMNS));
    }

    private static Direction direction(String[] numbers, int from) {
        return new Direction(
                Long.parseLong(numbers[from]),
                Long.parseLong(numbers[from + 1]),
                Long.parseLong(numbers[from + 2]),
                Long.parseLong(numbers[from + 3]));
    }
}
