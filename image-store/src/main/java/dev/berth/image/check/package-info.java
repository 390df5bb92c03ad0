/** What a check of the store (fsck) finds, and what is done about it. */
@NullMarked
package dev.berth.image.check;

import org.jspecify.annotations.NullMarked;
