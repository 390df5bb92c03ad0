package dev.berth.image.pull;

import dev.berth.image.credential.Credentials;
import dev.berth.image.oci.ImageReference;
import dev.berth.image.oci.Platform;
import java.util.Optional;

/** What to pull, for which platform, and with whose credentials; equal requests join one pull. */
public record PullRequest(ImageReference reference, Optional<Credentials> credentials, Platform platform) {
    public static PullRequest anonymous(ImageReference reference) {
        return new PullRequest(reference, Optional.empty(), Platform.host());
    }
}
