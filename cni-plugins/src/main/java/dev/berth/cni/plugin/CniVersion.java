package dev.berth.cni.plugin;

import java.util.Optional;

/** The versions of the CNI spec whose documents we speak, oldest first. */
public enum CniVersion {
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

    /** Before 1.0.0 each address of a result names its IP version. */
    boolean numbersAddresses() {
        return compareTo(V1_0_0) < 0;
    }
}
