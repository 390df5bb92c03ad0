package dev.berth.cni;

import com.fasterxml.jackson.databind.node.ObjectNode;
import java.math.BigDecimal;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** The limits that a pod's annotations ask for, in bits a second, as Kubernetes quantities. */
final class PodBandwidth {
    private static final String INGRESS = "kubernetes.io/ingress-bandwidth";
    private static final String EGRESS = "kubernetes.io/egress-bandwidth";
    private static final Pattern QUANTITY = Pattern.compile("([0-9]{1,15}(?:\\.[0-9]{1,9})?)([kMGTP]i?|Ki)?");
    private static final BigDecimal SMALLEST = BigDecimal.valueOf(1_000);
    private static final BigDecimal LARGEST = BigDecimal.valueOf(1_000_000_000_000_000L);
    /** In bits; what may go at once is the same for all, as other runtimes have it. */
    private static final long BURST = 0xffff_ffffL;

    private PodBandwidth() {}

    /** The argument of the bandwidth capability; empty when no limit is asked for. */
    static Optional<ObjectNode> argument(Map<String, String> annotations) {
        ObjectNode argument = Json.object();
        limit(annotations, INGRESS)
                .ifPresent(rate -> argument.put("ingressRate", rate).put("ingressBurst", BURST));
        limit(annotations, EGRESS)
                .ifPresent(rate -> argument.put("egressRate", rate).put("egressBurst", BURST));
        return argument.isEmpty() ? Optional.empty() : Optional.of(argument);
    }

    private static Optional<Long> limit(Map<String, String> annotations, String key) {
        return Optional.ofNullable(annotations.get(key)).map(text -> bits(key, text));
    }

    private static long bits(String key, String text) {
        Matcher quantity = QUANTITY.matcher(text);
        if (!quantity.matches()) {
            throw new IllegalArgumentException("annotation " + key + " \"" + text + "\" is not a quantity");
        }
        String unit = Optional.ofNullable(quantity.group(2)).orElse("");
        BigDecimal bits = new BigDecimal(quantity.group(1)).multiply(factor(unit));
        if (bits.compareTo(SMALLEST) < 0 || bits.compareTo(LARGEST) > 0) {
            throw new IllegalArgumentException("annotation " + key + " \"" + text + "\" is outside 1k-1P");
        }
        return bits.longValue();
    }

    private static BigDecimal factor(String unit) {
        if (unit.isEmpty()) {
            return BigDecimal.ONE;
        }
        int power = "kMGTP".indexOf(Character.toString(unit.charAt(0)).replace('K', 'k')) + 1;
        return BigDecimal.valueOf(unit.endsWith("i") ? 1024 : 1000).pow(power);
    }
}
