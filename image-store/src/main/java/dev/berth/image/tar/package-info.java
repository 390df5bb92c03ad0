/** Tar archives, read in the dialects ustar, GNU and PAX. */
@NullMarked
package dev.berth.image.tar;

import org.jspecify.annotations.NullMarked;
