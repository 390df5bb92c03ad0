package dev.berth.engine.user;

import dev.berth.linux.mount.RootDirectory;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.function.Predicate;

/** An image's /etc/passwd and /etc/group, as passwd(5) and group(5) say. A line without a number is no entry. */
record Accounts(RootDirectory image) {
    /** {@code NGROUPS_MAX} of limits.h: a process cannot be in more. */
    static final int MAX_GROUPS = 65536;

    record User(String name, int uid, int gid, String home) {}

    Optional<User> user(int uid) throws IOException {
        return user(user -> user.uid() == uid);
    }

    Optional<User> user(String name) throws IOException {
        return user(user -> user.name().equals(name));
    }

    private Optional<User> user(Predicate<User> wanted) throws IOException {
        try (AccountReader passwd = AccountReader.open(image, "/etc/passwd")) {
            while (passwd.nextLine()) {
                Optional<User> user = user(passwd).filter(wanted);
                if (user.isPresent()) {
                    return user;
                }
            }
            return Optional.empty();
        }
    }

    /** {@code name:password:uid:gid:gecos:home:shell}; a group that is not given is root's. */
    private static Optional<User> user(AccountReader line) throws IOException {
        String name = line.field();
        line.field();
        OptionalInt uid = number(line.field());
        String group = line.field();
        OptionalInt gid = group.isEmpty() ? OptionalInt.of(0) : number(group);
        line.field();
        String home = line.field();
        return uid.isPresent() && gid.isPresent()
                ? Optional.of(new User(name, uid.getAsInt(), gid.getAsInt(), home))
                : Optional.empty();
    }

    OptionalInt group(String name) throws IOException {
        try (AccountReader groups = AccountReader.open(image, "/etc/group")) {
            while (groups.nextLine()) {
                boolean wanted = groups.field().equals(name);
                OptionalInt gid = gid(groups);
                if (wanted && gid.isPresent()) {
                    return gid;
                }
            }
            return OptionalInt.empty();
        }
    }

    List<Integer> groupsOf(String user) throws IOException {
        List<Integer> found = new ArrayList<>();
        try (AccountReader groups = AccountReader.open(image, "/etc/group")) {
            while (!user.isEmpty() && groups.nextLine() && found.size() <= MAX_GROUPS) {
                groups.field();
                OptionalInt gid = gid(groups);
                if (gid.isPresent() && groups.lists(user)) {
                    found.add(gid.getAsInt());
                }
            }
        }
        return found;
    }

    /** {@code name:password:gid:members}, of which the name has been read. */
    private static OptionalInt gid(AccountReader line) throws IOException {
        line.field();
        return number(line.field());
    }

    private static OptionalInt number(String field) {
        boolean digits =
                !field.isEmpty() && field.length() <= 10 && field.chars().allMatch(c -> c >= '0' && c <= '9');
        return digits && Long.parseLong(field) <= Integer.MAX_VALUE
                ? OptionalInt.of(Integer.parseInt(field))
                : OptionalInt.empty();
    }
}
