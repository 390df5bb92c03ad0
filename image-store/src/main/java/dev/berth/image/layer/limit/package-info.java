/** What a layer may bring and grow to, and the refusal of one that goes beyond or is corrupt. */
@NullMarked
package dev.berth.image.layer.limit;

import org.jspecify.annotations.NullMarked;
