@NullMarked
package dev.berth.image.tar;

import org.jspecify.annotations.NullMarked;
