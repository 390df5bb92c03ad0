package dev.berth.image.contents;

import dev.berth.image.oci.Digest;

/**
 * What a layer's record keeps of its list of contents.
 *
 * @param size of the list's file
 * @param digest of the list's file
 * @param replacements how many names the archive gave twice
 */
public record Seal(long size, Digest digest, int replacements) {}
