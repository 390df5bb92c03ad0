@NullMarked
package dev.berth.image.oci;

import org.jspecify.annotations.NullMarked;
