package dev.berth.engine.user;

import dev.berth.linux.mount.RootDirectory;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;

/** An image's /etc/passwd and /etc/group. Lines that do not parse are no entries, as in the C library. */
record Accounts(String passwd, String group) {
    /** The image decides what these files hold; the daemon's heap must not depend on it. */
    private static final int MAX_FILE = 2 << 20;

    /** As in the C library, which gives up on longer ones. */
    private static final int LONGEST_LINE = 64 << 10;

    /** One more than an entry has, so that what follows is not cut into pieces. */
    private static final int MOST_FIELDS = 8;

    record User(String name, int uid, int gid, String home) {}

    record Group(String name, int gid, List<String> members) {}

    static Accounts read(RootDirectory image) throws IOException {
        return new Accounts(text(image, "/etc/passwd"), text(image, "/etc/group"));
    }

    private static String text(RootDirectory image, String path) throws IOException {
        return image.read(path, MAX_FILE)
                .map(content -> new String(content, StandardCharsets.UTF_8))
                .orElse("");
    }

    Optional<User> user(int uid) {
        return users().filter(user -> user.uid() == uid).findFirst();
    }

    Optional<User> user(String name) {
        return users().filter(user -> user.name().equals(name)).findFirst();
    }

    Optional<Group> group(String name) {
        return groups().filter(entry -> entry.name().equals(name)).findFirst();
    }

    List<Integer> groupsOf(String userName) {
        return groups().filter(entry -> entry.members().contains(userName))
                .map(Group::gid)
                .toList();
    }

    private static Stream<String> entries(String file) {
        return file.lines().filter(line -> line.length() <= LONGEST_LINE);
    }

    private Stream<User> users() {
        return entries(passwd).flatMap(line -> {
            String[] fields = line.split(":", MOST_FIELDS);
            return fields.length < 7 || !number(fields[2]) || !number(fields[3])
                    ? Stream.empty()
                    : Stream.of(
                            new User(fields[0], Integer.parseInt(fields[2]), Integer.parseInt(fields[3]), fields[5]));
        });
    }

    private Stream<Group> groups() {
        return entries(group).flatMap(line -> {
            String[] fields = line.split(":", MOST_FIELDS);
            return fields.length < 4 || !number(fields[2])
                    ? Stream.empty()
                    : Stream.of(new Group(fields[0], Integer.parseInt(fields[2]), List.of(fields[3].split(",", -1))));
        });
    }

    private static boolean number(String field) {
        boolean digits =
                !field.isEmpty() && field.length() <= 10 && field.chars().allMatch(c -> c >= '0' && c <= '9');
        return digits && Long.parseLong(field) <= Integer.MAX_VALUE;
    }
}
