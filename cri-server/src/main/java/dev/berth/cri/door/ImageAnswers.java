package dev.berth.cri.door;

import dev.berth.cri.api.AuthConfig;
import dev.berth.cri.api.Image;
import dev.berth.cri.api.ImageFilter;
import dev.berth.cri.api.ImageSpec;
import dev.berth.cri.api.Int64Value;
import dev.berth.engine.failure.EngineException;
import dev.berth.image.credential.Credentials;
import java.util.Optional;

/** Images as CRI shows them, and the credentials it gives for them. */
final class ImageAnswers {
    private ImageAnswers() {}

    static Image image(dev.berth.image.catalog.Image image) {
        var answer = Image.newBuilder()
                .setId(image.id())
                .addAllRepoTags(image.repoTags())
                .addAllRepoDigests(image.repoDigests())
                .setSize(image.size())
                .setSpec(ImageSpec.newBuilder().setImage(image.id()))
                .setPinned(image.pinned());
        user(image.config().user(), answer);
        return answer.build();
    }

    /** The user part of {@code user[:group]}: a number is the uid, anything else a name. */
    private static void user(String user, Image.Builder answer) {
        var name = user.split(":", 2)[0];
        if (name.matches("\\d{1,18}")) {
            answer.setUid(Int64Value.newBuilder().setValue(Long.parseLong(name)));
        } else {
            answer.setUsername(name);
        }
    }

    static boolean wanted(ImageFilter filter) {
        return !filter.getImage().getImage().isEmpty();
    }

    /** The one of CRI's four forms that is filled in. */
    static Optional<Credentials> credentials(AuthConfig auth) throws EngineException {
        if (!auth.getRegistryToken().isEmpty()) {
            return Optional.of(new Credentials.RegistryToken(auth.getRegistryToken()));
        }
        if (!auth.getIdentityToken().isEmpty()) {
            return Optional.of(new Credentials.IdentityToken(auth.getIdentityToken()));
        }
        if (!auth.getUsername().isEmpty()) {
            return Optional.of(new Credentials.Password(auth.getUsername(), auth.getPassword()));
        }
        return auth.getAuth().isEmpty() ? Optional.empty() : Optional.of(decoded(auth.getAuth()));
    }

    private static Credentials decoded(String auth) throws EngineException {
        try {
            return Credentials.Password.decode(auth);
        } catch (IllegalArgumentException e) {
            throw new EngineException(
                    EngineException.Code.INVALID_ARGUMENT, "pull image: the field auth: " + e.getMessage(), e);
        }
    }
}
