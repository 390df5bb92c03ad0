package dev.berth.image.contents;

import dev.berth.linux.Errno;
import dev.berth.linux.ErrnoException;
import java.io.IOException;
import java.nio.charset.StandardCharsets;

/** Something in a layer that is not as its list of contents says. */
final class Difference extends IOException {
    private static final long serialVersionUID = 1L;

    Difference(String place, String what) {
        super(text(place, what));
    }

    private Difference(String place, String what, ErrnoException failure) {
        super(text(place, what), failure);
    }

    /** A place that is not there differs; one that only could not be looked at may be as it should be. */
    static IOException of(String place, ErrnoException failure) {
        var gone = failure.is(Errno.ENOENT) || failure.is(Errno.ENOTDIR) || failure.is(Errno.ELOOP);
        return gone
                ? new Difference(place, "is missing", failure)
                : new IOException(text(place, String.valueOf(failure.getMessage())), failure);
    }

    /** A path holds any bytes; as text for people they are taken for UTF-8, and what a terminal would obey is left out. */
    private static String text(String place, String what) {
        var inTree = place.startsWith(Places.TREE + "/") ? place.substring(Places.TREE.length() + 1) : place;
        var shown = new String(inTree.getBytes(StandardCharsets.ISO_8859_1), StandardCharsets.UTF_8)
                .replaceAll("\\p{Cntrl}", "?");
        return shown.isEmpty() ? what : shown + " " + what;
    }
}
