/** The documents, digests and references of the OCI's specifications and of Docker's formats. */
@NullMarked
package dev.berth.image.oci;

import org.jspecify.annotations.NullMarked;
