package dev.berth.engine.cdi;

import dev.berth.engine.oci.InvalidSpecException;
import java.util.List;
import java.util.function.Predicate;

/** The released versions of the CDI specification, and what each has brought: a file must not use what its version lacks. */
final class SchemaVersion {
    private static final List<String> RELEASED =
            List.of("0.1.0", "0.2.0", "0.3.0", "0.4.0", "0.5.0", "0.6.0", "0.7.0", "0.8.0", "1.0.0", "1.1.0");

    private record Feature(String since, String name, Predicate<CdiDocument> used) {}

    private static final List<Feature> FEATURES = List.of(
            new Feature(
                    "0.4.0",
                    "type of a mount",
                    any(edits -> edits.mounts().stream()
                            .anyMatch(mount ->
                                    mount.type() != null && !mount.type().isEmpty()))),
            new Feature(
                    "0.5.0",
                    "hostPath of a device node",
                    any(edits -> edits.deviceNodes().stream()
                            .anyMatch(node ->
                                    node.hostPath() != null && !node.hostPath().isEmpty()))),
            new Feature(
                    "0.5.0",
                    "device name that begins with a digit",
                    document -> document.devices().stream()
                            .anyMatch(device -> Character.isDigit(device.name().charAt(0)))),
            new Feature(
                    "0.6.0",
                    "annotations",
                    document -> !document.annotations().isEmpty()
                            || document.devices().stream()
                                    .anyMatch(device -> !device.annotations().isEmpty())),
            new Feature(
                    "0.6.0",
                    "dot in a class",
                    document -> document.kind().indexOf('.', document.kind().indexOf('/')) >= 0),
            new Feature(
                    "0.7.0",
                    "additionalGids",
                    any(edits -> !edits.additionalGids().isEmpty())),
            new Feature("0.7.0", "intelRdt", any(edits -> edits.intelRdt() != null)),
            new Feature("1.1.0", "netDevices", any(edits -> !edits.netDevices().isEmpty())));

    private SchemaVersion() {}

    /** Before the rest of the file is looked at: what a later version says may mean anything. */
    static void checkKnown(String version) throws InvalidSpecException {
        if (!RELEASED.contains(plain(version))) {
            throw new InvalidSpecException("cdiVersion \"" + version.replaceAll("\\p{Cntrl}", "?")
                    + "\" is not one of those known here, " + RELEASED.getFirst() + " to " + RELEASED.getLast());
        }
    }

    static void check(CdiDocument document) throws InvalidSpecException {
        int version = RELEASED.indexOf(plain(document.cdiVersion()));
        for (Feature feature : FEATURES) {
            if (RELEASED.indexOf(feature.since()) > version && feature.used().test(document)) {
                throw new InvalidSpecException("cdiVersion %s has no %s; that needs %s"
                        .formatted(document.cdiVersion(), feature.name(), feature.since()));
            }
        }
    }

    private static String plain(String version) {
        return version.startsWith("v") ? version.substring(1) : version;
    }

    private static Predicate<CdiDocument> any(Predicate<ContainerEdits> edits) {
        return document -> document.everyEdit().anyMatch(edits);
    }
}
