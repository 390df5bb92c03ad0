package dev.berth.image.layer.tree;

import dev.berth.linux.Errno;
import dev.berth.linux.ErrnoException;
import dev.berth.linux.Fd;
import dev.berth.linux.fs.Attributes;

/** Which extended attributes a layer may bring: none that steer overlayfs or that label files for this host. */
final class ExtendedAttributes {
    private ExtendedAttributes() {}

    static boolean accepted(String name) {
        return name.equals("security.capability")
                || name.startsWith("system.posix_acl_")
                || (name.startsWith("user.") && !name.startsWith("user.overlay."));
    }

    /** Whether the file system took it: one without such attributes is no reason to refuse an image. */
    static boolean apply(Fd file, String name, byte[] value) throws ErrnoException {
        try {
            Attributes.extended(file, name, value);
            return true;
        } catch (ErrnoException e) {
            if (!e.is(Errno.EOPNOTSUPP)) {
                throw e;
            }
            return false;
        }
    }
}
