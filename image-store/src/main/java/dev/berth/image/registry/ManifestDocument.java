package dev.berth.image.registry;

import dev.berth.image.oci.Digest;

/** A manifest or index as a host served it. */
@SuppressWarnings("ArrayRecordComponent") // the bytes are handed on to be parsed and stored, never compared
public record ManifestDocument(byte[] bytes, String contentType, Digest digest) {}
