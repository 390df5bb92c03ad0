package dev.berth.linux.mount;

import dev.berth.linux.Fd;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;

/** The mounts of this process's mount namespace, as proc_pid_mountinfo(5) lists them. */
public record MountTable(List<MountEntry> entries) {
    /** Fields before the optional ones. */
    private static final int FIXED_FIELDS = 6;

    public MountTable {
        entries = List.copyOf(entries);
    }

    public static MountTable read() throws IOException {
        return parse(Files.readString(Path.of("/proc/self/mountinfo"), StandardCharsets.UTF_8));
    }

    static MountTable parse(String mountinfo) throws IOException {
        List<MountEntry> entries = new ArrayList<>();
        for (String line : mountinfo.lines().toList()) {
            entries.add(entry(line));
        }
        return new MountTable(entries);
    }

    /** The mount that a path, with its links followed, is on; empty if the table was read before the mount was made. */
    public Optional<MountEntry> containing(Path path) throws IOException {
        int id = mountId(path);
        return entries.stream().filter(entry -> entry.id() == id).findFirst();
    }

    private static int mountId(Path path) throws IOException {
        try (Fd fd = MountCalls.open(path.toString(), MountCalls.O_PATH)) {
            Path fdinfo = Path.of("/proc/self/fdinfo", Integer.toString(fd.number()));
            return Files.readString(fdinfo)
                    .lines()
                    .filter(line -> line.startsWith("mnt_id:"))
                    .mapToInt(line ->
                            Integer.parseInt(line.substring("mnt_id:".length()).strip()))
                    .findFirst()
                    .orElseThrow(() -> new IOException("read " + fdinfo + ": no mnt_id"));
        }
    }

    private static MountEntry entry(String line) throws IOException {
        List<String> fields = List.of(line.split(" ", -1));
        int separator = fields.indexOf("-");
        if (separator < FIXED_FIELDS || fields.size() < separator + 4) {
            throw new IOException("parse mountinfo: unexpected line: " + line);
        }
        List<String> tags = fields.subList(FIXED_FIELDS, separator);
        try {
            return new MountEntry(
                    Integer.parseInt(fields.get(0)),
                    Integer.parseInt(fields.get(1)),
                    unescaped(fields.get(3)),
                    unescaped(fields.get(4)),
                    fields.get(5),
                    tag(tags, "shared:"),
                    tag(tags, "master:"),
                    fields.get(separator + 1),
                    unescaped(fields.get(separator + 2)),
                    fields.get(separator + 3));
        } catch (NumberFormatException e) {
            throw new IOException("parse mountinfo: unexpected line: " + line, e);
        }
    }

    private static OptionalInt tag(List<String> tags, String name) {
        return tags.stream()
                .filter(tag -> tag.startsWith(name))
                .mapToInt(tag -> Integer.parseInt(tag.substring(name.length())))
                .findFirst();
    }

    /** The kernel writes space, tab, newline and backslash as a backslash and three octal digits. */
    private static String unescaped(String field) {
        if (field.indexOf('\\') < 0) {
            return field;
        }
        StringBuilder text = new StringBuilder();
        for (int i = 0; i < field.length(); i++) {
            boolean escape = field.charAt(i) == '\\' && i + 3 < field.length();
            text.append(escape ? (char) Integer.parseInt(field.substring(i + 1, i + 4), 8) : field.charAt(i));
            i += escape ? 3 : 0;
        }
        return text.toString();
    }
}
