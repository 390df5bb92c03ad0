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

    Difference(String place, ErrnoException failure) {
        super(text(place, reason(failure)), failure);
    }

    private static String reason(ErrnoException failure) {
        var gone = failure.is(Errno.ENOENT) || failure.is(Errno.ENOTDIR) || failure.is(Errno.ELOOP);
        return gone ? "is missing" : "cannot be read: " + failure.getMessage();
    }

    /** A path holds any bytes; as text for people they are taken for UTF-8, and what a terminal would obey is left out. */
    private static String text(String place, String what) {
        var inTree = place.startsWith(Places.TREE + "/") ? place.substring(Places.TREE.length() + 1) : place;
        var shown = new String(inTree.getBytes(StandardCharsets.ISO_8859_1), StandardCharsets.UTF_8)
                .replaceAll("\\p{Cntrl}", "?");
        return shown.isEmpty() ? what : shown + " " + what;
    }
}
