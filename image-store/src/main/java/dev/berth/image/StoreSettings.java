package dev.berth.image;

import java.util.List;

/**
 * How an image store behaves.
 *
 * @param pinned globs ({@code *} and {@code ?}) over repository tags and names of images to keep from garbage collection
 * @param parallelLayers layers of one image that are fetched and unpacked at a time
 */
public record StoreSettings(List<String> pinned, int parallelLayers) {
    public static final StoreSettings DEFAULT = new StoreSettings(List.of(), 3);

    public StoreSettings {
        pinned = List.copyOf(pinned);
        if (parallelLayers < 1) {
            throw new IllegalArgumentException("parallelLayers is " + parallelLayers + ", it must be at least 1");
        }
    }
}
