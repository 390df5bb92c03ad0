package dev.berth.cni;

import com.fasterxml.jackson.databind.node.ObjectNode;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;

/** What plugins have in common that change an attachment which another plugin has made. */
final class ChainedPlugin {
    private ChainedPlugin() {}

    static ObjectNode previous(String plugin, ObjectNode config) throws CniException {
        if (config.path("prevResult") instanceof ObjectNode previous) {
            return previous;
        }
        throw new CniException(CniException.Kind.FAILED, plugin + ": it must come after another plugin in the chain");
    }

    static String sha512(String text) {
        try {
            byte[] digest = MessageDigest.getInstance("SHA-512").digest(text.getBytes(StandardCharsets.UTF_8));
            return HexFormat.of().formatHex(digest);
        } catch (NoSuchAlgorithmException e) {
            throw new AssertionError("every Java runtime has SHA-512", e);
        }
    }
}
