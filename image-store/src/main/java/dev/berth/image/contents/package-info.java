/** What a complete layer holds, written down while it is unpacked: to check the tree against it, and to make the archive again. */
@NullMarked
package dev.berth.image.contents;

import org.jspecify.annotations.NullMarked;
