@NullMarked
package dev.berth.image.layer;

import org.jspecify.annotations.NullMarked;
