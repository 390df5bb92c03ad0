package dev.berth.engine.seccomp;

import dev.berth.linux.seccomp.SeccompFilter;
import dev.berth.linux.seccomp.SeccompProfile;
import dev.berth.shim.plan.Bytes;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;
import java.util.Set;

/** Programs for the profiles that containers ask for, each compiled once: kept in memory and on disk. */
public final class SeccompProfiles {
    private static final String DEFAULT = "default.json";
    private static final int LARGEST_FILE = 1 << 20;

    /** A part of every key: raise it when the same profile is to compile to something else. */
    private static final int COMPILER = 1;

    private final ProgramCache cache;
    private final ProfileDocument runtimeDefault;
    private final RecentPrograms<SeccompProfile> byProfile = new RecentPrograms<>();
    private final RecentPrograms<Set<String>> defaults = new RecentPrograms<>();

    /** @param cacheDirectory is made if missing; belongs to this object alone */
    public SeccompProfiles(Path cacheDirectory) throws IOException {
        this.cache = new ProgramCache(cacheDirectory);
        this.runtimeDefault = ProfileDocument.parse("RuntimeDefault", builtIn());
    }

    /** The built-in default for a process with these capabilities ({@code CAP_*}). */
    public SeccompProgram runtimeDefault(Set<String> capabilities) throws IOException {
        Optional<SeccompProgram> known = defaults.find(capabilities);
        if (known.isPresent()) {
            return known.get();
        }
        SeccompProgram program = program(runtimeDefault.profile(capabilities));
        defaults.remember(Set.copyOf(capabilities), program);
        return program;
    }

    /** A profile from a file on the node. */
    public SeccompProgram localhost(Path file, Set<String> capabilities) throws IOException {
        return program(ProfileDocument.parse(file.toString(), read(file)).profile(capabilities));
    }

    /** The built-in default as a profile, for showing it in a container's specification. */
    public SeccompProfile runtimeDefaultProfile(Set<String> capabilities) {
        return runtimeDefault.profile(capabilities);
    }

    /** A file's profile, for showing it in a container's specification. */
    public SeccompProfile localhostProfile(Path file, Set<String> capabilities) throws IOException {
        return ProfileDocument.parse(file.toString(), read(file)).profile(capabilities);
    }

    /** Two callers that ask for a new profile at once may both compile it; neither waits for the other. */
    public SeccompProgram program(SeccompProfile profile) throws IOException {
        Optional<SeccompProgram> known = byProfile.find(profile);
        if (known.isPresent()) {
            return known.get();
        }
        String key = Digests.hex(
                COMPILER + " " + SeccompFilter.libraryVersion() + " " + System.getProperty("os.arch") + " " + profile);
        var program = new SeccompProgram(stored(key, profile), profile.flagBits());
        byProfile.remember(profile, program);
        return program;
    }

    private Bytes stored(String key, SeccompProfile profile) throws IOException {
        var stored = cache.load(key);
        if (stored.isPresent()) {
            return stored.get();
        }
        byte[] compiled = SeccompFilter.compile(profile);
        cache.store(key, compiled);
        return Bytes.of(compiled);
    }

    private static byte[] read(Path file) throws IOException {
        if (!Files.exists(file)) {
            throw new SeccompProfileException(file.toString(), "there is no such file");
        }
        if (!Files.isRegularFile(file)) {
            throw new SeccompProfileException(file.toString(), "is not a regular file");
        }
        try (InputStream input = Files.newInputStream(file)) {
            byte[] content = input.readNBytes(LARGEST_FILE + 1);
            if (content.length > LARGEST_FILE) {
                throw new SeccompProfileException(file.toString(), "is larger than " + LARGEST_FILE + " bytes");
            }
            return content;
        }
    }

    private static byte[] builtIn() throws IOException {
        try (InputStream input = SeccompProfiles.class.getResourceAsStream(DEFAULT)) {
            if (input == null) {
                throw new SeccompProfileException(
                        "RuntimeDefault", "the resource " + DEFAULT + " is missing from the program");
            }
            return input.readAllBytes();
        }
    }
}
