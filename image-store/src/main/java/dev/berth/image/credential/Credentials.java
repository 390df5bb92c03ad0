package dev.berth.image.credential;

import java.nio.charset.StandardCharsets;
import java.util.Base64;

/** What a caller presents to a registry. Its text form never shows a secret. */
public sealed interface Credentials {
    record Password(String user, String password) implements Credentials {
        /** Reads "user:password" in base64, the form that Docker writes; some writers fill it up with zeros. */
        public static Password decode(String auth) {
            var text = new String(Base64.getDecoder().decode(auth), StandardCharsets.UTF_8);
            var colon = text.indexOf(':');
            if (colon <= 0) {
                throw new IllegalArgumentException("does not decode to user:password");
            }
            return new Password(
                    text.substring(0, colon), text.substring(colon + 1).replaceAll("\0+$", ""));
        }

        @Override
        public String toString() {
            return "password of " + user;
        }
    }

    /** A refresh token, exchanged at the registry's token endpoint. */
    record IdentityToken(String token) implements Credentials {
        @Override
        public String toString() {
            return "identity token";
        }
    }

    /** A bearer token, presented as it is. */
    record RegistryToken(String token) implements Credentials {
        @Override
        public String toString() {
            return "registry token";
        }
    }
}
