package dev.berth.image.registry;

/** What a caller presents to a registry. Its text form never shows a secret. */
public sealed interface Credentials {
    record Password(String user, String password) implements Credentials {
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
