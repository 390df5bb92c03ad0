package dev.berth.cni.request;

import java.math.BigDecimal;
import java.math.RoundingMode;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Kubernetes' spelling of amounts: {@code 500k}, {@code 1.5M}, {@code 1Gi}, {@code 1e6}. */
final class Quantity {
    private static final Pattern SPELLING = Pattern.compile(
            "\\+?([0-9]{1,18}(?:\\.[0-9]{0,18})?|\\.[0-9]{1,18})([mkMGTPE]|[KMGTPE]i|[eE][+-]?[0-9]{1,2})?");
    private static final Map<String, Integer> POWERS_OF_TEN =
            Map.of("m", -3, "k", 3, "M", 6, "G", 9, "T", 12, "P", 15, "E", 18);
    private static final Map<String, Integer> POWERS_OF_1024 =
            Map.of("Ki", 1, "Mi", 2, "Gi", 3, "Ti", 4, "Pi", 5, "Ei", 6);

    private static final BigDecimal LEAST_BANDWIDTH = BigDecimal.valueOf(1000);
    private static final BigDecimal MOST_BANDWIDTH = BigDecimal.TEN.pow(15);

    private Quantity() {}

    /** Bits per second, within the limits that Kubernetes sets for a pod. */
    static long bandwidth(String text) {
        BigDecimal value = value(text);
        if (value.compareTo(LEAST_BANDWIDTH) < 0 || value.compareTo(MOST_BANDWIDTH) > 0) {
            throw new IllegalArgumentException("\"" + text + "\" is outside 1k to 1P bits per second");
        }
        return value.setScale(0, RoundingMode.CEILING).longValueExact();
    }

    private static BigDecimal value(String text) {
        Matcher parts = SPELLING.matcher(text);
        if (!parts.matches()) {
            throw new IllegalArgumentException("\"" + text + "\" is not a quantity such as 10M");
        }
        BigDecimal number = new BigDecimal(parts.group(1));
        String unit = parts.group(2) == null ? "" : parts.group(2);
        if (POWERS_OF_1024.containsKey(unit)) {
            return number.multiply(BigDecimal.valueOf(1024).pow(POWERS_OF_1024.get(unit)));
        }
        boolean exponent = unit.length() > 1;
        int power = exponent ? Integer.parseInt(unit.substring(1)) : POWERS_OF_TEN.getOrDefault(unit, 0);
        return number.scaleByPowerOfTen(power);
    }
}
