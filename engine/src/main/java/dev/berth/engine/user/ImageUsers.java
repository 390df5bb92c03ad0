package dev.berth.engine.user;

import dev.berth.engine.oci.InvalidSpecException;
import dev.berth.engine.request.UserInput;
import dev.berth.linux.mount.RootDirectory;
import java.io.IOException;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Optional;
import java.util.SequencedSet;

/** Resolves users and groups by the /etc/passwd and /etc/group of an image, while its root is open. */
public final class ImageUsers {
    private final Accounts accounts;

    private ImageUsers(Accounts accounts) {
        this.accounts = accounts;
    }

    public static ImageUsers of(RootDirectory image) {
        return new ImageUsers(new Accounts(image));
    }

    /**
     * Finds the credentials of a process.
     *
     * @param imageUser the USER of the image's configuration, which the request overrides
     */
    public ResolvedUser resolve(UserInput input, String imageUser) throws InvalidSpecException, IOException {
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

    /** {@code user}, {@code user:group} or either half of it: without a user it is root, without a group the user's. */
    private static Wanted fromImage(String text) throws InvalidSpecException {
        String what = "of the image's USER \"" + text + "\"";
        int colon = text.indexOf(':');
        String user = colon < 0 ? text : text.substring(0, colon);
        String group = colon < 0 ? "" : text.substring(colon + 1);
        return new Wanted(
                user.isEmpty() ? new Identity.Numeric(0) : Identity.parse("the user " + what, user),
                group.isEmpty() ? Optional.empty() : Optional.of(Identity.parse("the group " + what, group)));
    }

    private Optional<Accounts.User> account(Identity user) throws InvalidSpecException, IOException {
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

    private int gid(Identity group) throws InvalidSpecException, IOException {
        return switch (group) {
            case Identity.Numeric(int gid) -> gid;
            case Identity.Named(String name) ->
                accounts.group(name)
                        .orElseThrow(() ->
                                new InvalidSpecException("group \"" + name + "\" is not in the image's /etc/group"));
        };
    }

    /** The primary group is always among them: a process that drops it must not gain what the group is denied. */
    private List<Integer> groups(UserInput input, int gid, Optional<Accounts.User> account)
            throws InvalidSpecException, IOException {
        SequencedSet<Integer> groups = new LinkedHashSet<>(List.of(gid));
        if (!input.strictGroups()) {
            groups.addAll(account.isPresent() ? accounts.groupsOf(account.get().name()) : List.of());
        }
        for (long supplemental : input.supplementalGroups()) {
            groups.add(Identity.inRange("supplemental group", supplemental));
        }
        if (groups.size() > Accounts.MAX_GROUPS) {
            throw new InvalidSpecException("more than " + Accounts.MAX_GROUPS + " groups");
        }
        return List.copyOf(groups);
    }
}
