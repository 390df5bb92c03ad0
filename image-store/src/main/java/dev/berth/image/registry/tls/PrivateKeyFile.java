package dev.berth.image.registry.tls;

import dev.berth.linux.Reason;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyFactory;
import java.security.PrivateKey;
import java.security.spec.InvalidKeySpecException;
import java.security.spec.PKCS8EncodedKeySpec;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** A private key in a PEM file: PKCS#8, or the older forms PKCS#1 (RSA) and SEC 1 (elliptic curves), wrapped here as PKCS#8. */
final class PrivateKeyFile {
    private static final Pattern BLOCK =
            Pattern.compile("-----BEGIN ((?:[A-Z]+ )?PRIVATE KEY)-----([^-]*)-----END \\1-----");
    private static final byte[] VERSION_0 = {2, 1, 0};
    /** AlgorithmIdentifier of rsaEncryption, 1.2.840.113549.1.1.1, with no parameters. */
    private static final byte[] RSA = {
        0x30, 13, 6, 9, 0x2a, (byte) 0x86, 0x48, (byte) 0x86, (byte) 0xf7, 13, 1, 1, 1, 5, 0
    };
    /** id-ecPublicKey, 1.2.840.10045.2.1; the curve follows it. */
    private static final byte[] EC = {6, 7, 0x2a, (byte) 0x86, 0x48, (byte) 0xce, 0x3d, 2, 1};

    private final Path file;

    private PrivateKeyFile(Path file) {
        this.file = file;
    }

    static PrivateKey read(Path file) throws IOException, GeneralSecurityException {
        var text = new String(TlsContext.bytes(file), StandardCharsets.ISO_8859_1);
        var block = BLOCK.matcher(text);
        if (!block.find()) {
            throw new IOException(file + " holds no private key in PEM form");
        }
        return new PrivateKeyFile(file).key(block);
    }

    private PrivateKey key(Matcher block) throws IOException, GeneralSecurityException {
        if (block.group(1).startsWith("ENCRYPTED") || block.group(2).contains("ENCRYPTED")) {
            throw new IOException(file + " holds an encrypted private key; a key without a passphrase is needed");
        }
        try {
            var der = Base64.getMimeDecoder().decode(block.group(2));
            return switch (block.group(1)) {
                case "PRIVATE KEY" -> key(der, List.of("EC", "RSA", "EdDSA"));
                case "RSA PRIVATE KEY" -> key(pkcs8(RSA, der), List.of("RSA"));
                case "EC PRIVATE KEY" -> key(pkcs8(Der.sequence(EC, Der.curve(der)), der), List.of("EC"));
                default -> throw new IOException(file + " holds a " + block.group(1) + ", which is not known here");
            };
        } catch (IllegalArgumentException e) {
            throw new IOException(file + " holds a private key that is damaged: " + Reason.of(e), e);
        }
    }

    private static byte[] pkcs8(byte[] algorithm, byte[] key) {
        return Der.sequence(VERSION_0, algorithm, Der.octets(key));
    }

    /** A key does not say its algorithm in words. */
    private PrivateKey key(byte[] pkcs8, List<String> algorithms) throws IOException, GeneralSecurityException {
        var refusals = new ArrayList<String>();
        for (var algorithm : algorithms) {
            try {
                return KeyFactory.getInstance(algorithm).generatePrivate(new PKCS8EncodedKeySpec(pkcs8));
            } catch (InvalidKeySpecException e) {
                refusals.add(algorithm + ": " + Reason.of(e));
            }
        }
        throw new IOException(file + " holds a private key of an unknown kind (" + String.join("; ", refusals) + ")");
    }
}
