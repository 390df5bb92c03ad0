package dev.berth.cri;

/** This build's version, as semantic versioning has it. */
final class Version {
    /** The version of the Maven project, which the jar's manifest tells; a class folder has none. */
    static final String TEXT = text();

    private Version() {}

    private static String text() {
        var version = Version.class.getPackage().getImplementationVersion();
        return version == null ? "0.0.0-dev" : version;
    }
}
