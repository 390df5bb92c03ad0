package dev.berth.engine.user;

import dev.berth.engine.oci.InvalidSpecException;
import dev.berth.engine.request.UserInput;
import dev.berth.linux.mount.RootDirectory;
import java.io.IOException;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Optional;
import java.util.SequencedSet;

/** Resolves users and groups by the /etc/passwd and /etc/group of an image. */
public final class ImageUsers {
    private final Accounts accounts;

    private ImageUsers(Accounts accounts) {
        this.accounts = accounts;
    }

    public static ImageUsers of(RootDirectory image) throws IOException {
        return new ImageUsers(Accounts.read(image));
    }

    /**
     * Finds the credentials of a process.
     *
     * @param imageUser the USER of the image's configuration, which the request overrides
     */
    public ResolvedUser resolve(UserInput input, String imageUser) throws InvalidSpecException {
        Wanted wanted = wanted(input, imageUser);
        Optional<Accounts.User> account = account(wanted.user());
        int uid = account.map(Accounts.User::uid).orElseGet(() -> id(wanted.user()));
        int gid = wanted.group().isPresent()
                ? gid(wanted.group().get())
                : account.map(Accounts.User::gid).orElse(0);
        List<Integer> groups = groups(input, gid, account);
        return new ResolvedUser(
                uid, gid, groups, account.map(Accounts.User::home).filter(home -> home.startsWith("/")));
    }

    private record Wanted(Identity user, Optional<Identity> group) {}

    private static Wanted wanted(UserInput input, String imageUser) throws InvalidSpecException {
        if (input.runAsUser().isEmpty() && input.runAsUsername().isEmpty()) {
            if (input.runAsGroup().isPresent()) {
                throw new InvalidSpecException(
                        "run_as_group " + input.runAsGroup().getAsLong() + " is given without a user");
            }
            return fromImage(imageUser);
        }
        Identity user = input.runAsUsername().isEmpty()
                ? new Identity.Numeric(
                        Identity.inRange("run_as_user", input.runAsUser().getAsLong()))
                : Identity.parse("run_as_username \"" + input.runAsUsername() + "\"", input.runAsUsername());
        return new Wanted(user, requestedGroup(input));
    }

    private static Optional<Identity> requestedGroup(UserInput input) throws InvalidSpecException {
        return input.runAsGroup().isEmpty()
                ? Optional.empty()
                : Optional.of(new Identity.Numeric(
                        Identity.inRange("run_as_group", input.runAsGroup().getAsLong())));
    }

    /** {@code user} or {@code user:group}; an image without a user runs as root. */
    private static Wanted fromImage(String text) throws InvalidSpecException {
        if (text.isEmpty()) {
            return new Wanted(new Identity.Numeric(0), Optional.empty());
        }
        String what = "of the image's USER \"" + text + "\"";
        String[] parts = text.split(":", 2);
        Identity user = Identity.parse("the user " + what, parts[0]);
        return parts.length == 1
                ? new Wanted(user, Optional.empty())
                : new Wanted(user, Optional.of(Identity.parse("the group " + what, parts[1])));
    }

    private Optional<Accounts.User> account(Identity user) throws InvalidSpecException {
        return switch (user) {
            case Identity.Numeric(int uid) -> accounts.user(uid);
            case Identity.Named(String name) ->
                Optional.of(accounts.user(name)
                        .orElseThrow(() ->
                                new InvalidSpecException("user \"" + name + "\" is not in the image's /etc/passwd")));
        };
    }

    private static int id(Identity user) {
        return switch (user) {
            case Identity.Numeric(int uid) -> uid;
            case Identity.Named(String name) -> throw new IllegalStateException("user " + name + " has no account");
        };
    }

    private int gid(Identity group) throws InvalidSpecException {
        return switch (group) {
            case Identity.Numeric(int gid) -> gid;
            case Identity.Named(String name) ->
                accounts.group(name)
                        .orElseThrow(() ->
                                new InvalidSpecException("group \"" + name + "\" is not in the image's /etc/group"))
                        .gid();
        };
    }

    /** The primary group is always among them: a process that drops it must not gain what the group is denied. */
    private List<Integer> groups(UserInput input, int gid, Optional<Accounts.User> account)
            throws InvalidSpecException {
        SequencedSet<Integer> groups = new LinkedHashSet<>(List.of(gid));
        if (!input.strictGroups()) {
            account.ifPresent(user -> groups.addAll(accounts.groupsOf(user.name())));
        }
        for (long supplemental : input.supplementalGroups()) {
            groups.add(Identity.inRange("supplemental group", supplemental));
        }
        return List.copyOf(groups);
    }
}
