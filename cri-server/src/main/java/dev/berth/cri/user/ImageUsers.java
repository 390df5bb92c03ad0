package dev.berth.cri.user;

import dev.berth.cri.oci.InvalidSpecException;
import dev.berth.linux.mount.RootDirectory;
import java.io.IOException;

/** Resolves users and groups by the /etc/passwd and /etc/group of an image. */
public final class ImageUsers {
    private final RootDirectory image;

    public ImageUsers(RootDirectory image) {
        this.image = image;
    }

    /** @param imageUser the USER of the image's configuration, which the request overrides */
    public ResolvedUser resolve(UserInput input, String imageUser) throws InvalidSpecException, IOException {
        throw new UnsupportedOperationException(image + imageUser + input);
    }
}
