package dev.berth.image.garbage;

import java.nio.file.Path;
import java.util.List;

/** The right of one holder to an image's layers: until it is closed they stay, even if the image is removed. */
public interface ImageLease extends AutoCloseable {
    String holder();

    /** Absolute directories, lowest first. */
    List<Path> layers();

    /** Gives the layers back; a second call does nothing. */
    @Override
    void close();
}
