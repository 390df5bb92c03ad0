/** The image store as the CRI sees it: requests checked, failures given their codes. */
@NullMarked
package dev.berth.cri.image;

import org.jspecify.annotations.NullMarked;
