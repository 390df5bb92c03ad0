package dev.berth.image.oci;

import dev.berth.linux.Reason;
import java.util.Optional;
import java.util.regex.Pattern;

/**
 * A normalised image name: registry, repository, and either a tag or a digest. A short name is completed the way Docker and
 * containerd do it (docker.io, library/, latest); where both a tag and a digest are written the digest decides and the tag goes.
 */
public record ImageReference(String registry, String repository, Optional<String> tag, Optional<Digest> digest) {
    private static final String DEFAULT_REGISTRY = "docker.io";
    private static final String LEGACY_REGISTRY = "index.docker.io";
    private static final String DEFAULT_TAG = "latest";
    private static final int REPOSITORY_LIMIT = 255;
    private static final Pattern REGISTRY = Pattern.compile(
            "(?:[a-zA-Z0-9](?:[a-zA-Z0-9-]*[a-zA-Z0-9])?(?:\\.[a-zA-Z0-9](?:[a-zA-Z0-9-]*[a-zA-Z0-9])?)*"
                    + "|\\[[a-fA-F0-9:]+])(?::[0-9]{1,5})?");
    private static final String COMPONENT = "[a-z0-9]+(?:(?:\\.|_|__|-+)[a-z0-9]+)*+";
    private static final Pattern REPOSITORY = Pattern.compile(COMPONENT + "(?:/" + COMPONENT + ")*+");
    private static final Pattern TAG = Pattern.compile("\\w[\\w.-]{0,127}");
    private static final Pattern IDENTIFIER = Pattern.compile(Digest.DIGITS);

    public ImageReference {
        require(REGISTRY.matcher(registry).matches(), "registry '" + registry + "' is not a host name");
        require(
                repository.length() <= REPOSITORY_LIMIT,
                "repository name is longer than " + REPOSITORY_LIMIT + " characters");
        require(
                REPOSITORY.matcher(repository).matches(),
                "repository '" + repository + "' is not made of lower-case letters, digits and separators");
        require(tag.isEmpty() || TAG.matcher(tag.get()).matches(), "'" + tag.orElse("") + "' is not a tag");
        require(tag.isPresent() != digest.isPresent(), "exactly one of tag and digest identifies an image");
    }

    /** Parses and completes a name; the exception's text says what is wrong with it. */
    public static ImageReference parse(String text) {
        try {
            return normalise(text);
        } catch (IllegalArgumentException e) {
            throw new IllegalArgumentException("image reference '" + text + "': " + Reason.of(e), e);
        }
    }

    private static ImageReference normalise(String text) {
        require(!text.isEmpty(), "is empty");
        require(!IDENTIFIER.matcher(text).matches(), "is an image id, not a name");
        var at = text.indexOf('@');
        var digest = at < 0 ? Optional.<Digest>empty() : Optional.of(Digest.parse(text.substring(at + 1)));
        var name = at < 0 ? text : text.substring(0, at);
        var colon = name.lastIndexOf(':');
        var tagged = colon > name.lastIndexOf('/');
        var tag = tagged ? name.substring(colon + 1) : DEFAULT_TAG;
        require(TAG.matcher(tag).matches(), "'" + tag + "' is not a tag");
        return complete(tagged ? name.substring(0, colon) : name, tag, digest);
    }

    private static ImageReference complete(String name, String tag, Optional<Digest> digest) {
        var slash = name.indexOf('/');
        var first = slash < 0 ? "" : name.substring(0, slash);
        var named = isRegistry(first);
        var registry = !named || first.equals(LEGACY_REGISTRY) ? DEFAULT_REGISTRY : first;
        var path = named ? name.substring(slash + 1) : name;
        var official = registry.equals(DEFAULT_REGISTRY) && path.indexOf('/') < 0;
        return new ImageReference(
                registry,
                official ? "library/" + path : path,
                digest.isPresent() ? Optional.empty() : Optional.of(tag),
                digest);
    }

    /** What tells a host from the first part of a path: a dot, a port, "localhost", or an upper-case letter. */
    private static boolean isRegistry(String first) {
        return first.indexOf('.') >= 0
                || first.indexOf(':') >= 0
                || first.equals("localhost")
                || first.chars().anyMatch(Character::isUpperCase);
    }

    private static void require(boolean condition, String complaint) {
        if (!condition) {
            throw new IllegalArgumentException(complaint);
        }
    }

    /** Registry and repository without tag and digest. */
    public String name() {
        return registry + "/" + repository;
    }

    public ImageReference withDigest(Digest other) {
        return new ImageReference(registry, repository, Optional.empty(), Optional.of(other));
    }

    @Override
    public String toString() {
        return name()
                + tag.map(t -> ":" + t).orElse("")
                + digest.map(d -> "@" + d).orElse("");
    }
}
