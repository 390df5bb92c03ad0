/** The image store as the CRI sees it: requests checked, failures given their codes. */
@NullMarked
package dev.berth.engine.image;

import org.jspecify.annotations.NullMarked;
