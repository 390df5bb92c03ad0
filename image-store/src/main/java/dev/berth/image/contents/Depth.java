package dev.berth.image.contents;

/** How closely a layer is looked at. */
public enum Depth {
    /** Names and attributes of all files, and the content of those that were changed after the layer was complete. */
    ATTRIBUTES,
    /** The content of all files too. */
    CONTENT
}
