package dev.berth.engine.cdi;

import dev.berth.engine.oci.InvalidSpecException;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.regex.Pattern;

/** A device's qualified name: {@code vendor.com/class=device}. */
public record CdiName(String kind, String device) {
    /** Device plugins of older clusters ask by annotations of this prefix instead of the request's field. */
    private static final String ANNOTATION = "cdi.k8s.io/";

    private static final String LABEL = "[A-Za-z]([A-Za-z0-9_.-]{0,251}[A-Za-z0-9])?";
    private static final Pattern KIND = Pattern.compile(LABEL + "/" + LABEL);
    private static final Pattern DEVICE = Pattern.compile("[A-Za-z0-9]([A-Za-z0-9_.:-]{0,251}[A-Za-z0-9])?");

    /** Those of the field, then those of the annotations by their keys' order; each once. */
    public static List<CdiName> requested(List<String> field, Map<String, String> annotations)
            throws InvalidSpecException {
        var texts = new ArrayList<>(field);
        for (var entry : new TreeMap<>(annotations).entrySet()) {
            if (entry.getKey().startsWith(ANNOTATION)) {
                texts.addAll(List.of(entry.getValue().split(",", -1)));
            }
        }
        var names = new LinkedHashSet<CdiName>();
        for (String text : texts) {
            names.add(parse(text));
        }
        return List.copyOf(names);
    }

    static CdiName parse(String text) throws InvalidSpecException {
        int equals = text.indexOf('=');
        if (equals < 0 || !isKind(text.substring(0, equals)) || !isDevice(text.substring(equals + 1))) {
            throw new InvalidSpecException("CDI device \"" + text.replaceAll("\\p{Cntrl}", "?")
                    + "\" is not a qualified name like vendor.com/class=device");
        }
        return new CdiName(text.substring(0, equals), text.substring(equals + 1));
    }

    static boolean isKind(String text) {
        return KIND.matcher(text).matches();
    }

    static boolean isDevice(String text) {
        return DEVICE.matcher(text).matches();
    }

    @Override
    public String toString() {
        return kind + "=" + device;
    }
}
