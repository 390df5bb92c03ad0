@NullMarked
package dev.berth.image;

import org.jspecify.annotations.NullMarked;
