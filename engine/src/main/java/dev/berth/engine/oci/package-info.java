/** The records of an OCI runtime-spec 1.2 config.json, as far as Linux containers use it, and their JSON form. */
@NullMarked
package dev.berth.engine.oci;

import org.jspecify.annotations.NullMarked;
