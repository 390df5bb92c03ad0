package dev.berth.cni.plugin;

import java.util.Optional;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/** The versions of the CNI spec whose documents we speak, oldest first. */
public enum CniVersion {
    V0_1_0("0.1.0"),
    V0_2_0("0.2.0"),
    V0_3_0("0.3.0"),
    V0_3_1("0.3.1"),
    V0_4_0("0.4.0"),
    V1_0_0("1.0.0"),
    V1_1_0("1.1.0");

    private final String text;

    CniVersion(String text) {
        this.text = text;
    }

    public String text() {
        return text;
    }

    /** All of them, for a message. */
    public static String known() {
        return Stream.of(values()).map(CniVersion::text).collect(Collectors.joining(", "));
    }

    /** What a document is of that names none (CNI spec, 0.1.0). */
    public static CniVersion unnamed() {
        return V0_1_0;
    }

    public static Optional<CniVersion> of(String text) {
        for (CniVersion version : values()) {
            if (version.text.equals(text)) {
                return Optional.of(version);
            }
        }
        return Optional.empty();
    }

    /** Since 0.4.0 there is CHECK. */
    public boolean hasCheck() {
        return compareTo(V0_4_0) >= 0;
    }

    /** Since 1.1.0 there are STATUS and GC. */
    public boolean hasStatusAndGc() {
        return compareTo(V1_1_0) >= 0;
    }

    /** Since 0.3.0 a result lists interfaces and any number of addresses; before, it holds one address of each family. */
    public boolean listsAddresses() {
        return compareTo(V0_3_0) >= 0;
    }

    /** Before 1.0.0 each address of a result names its IP version. */
    boolean numbersAddresses() {
        return compareTo(V1_0_0) < 0;
    }
}
