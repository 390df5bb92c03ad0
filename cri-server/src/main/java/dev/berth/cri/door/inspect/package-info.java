/** What {@code crictl inspect} and its kin show beyond the protocol's fields. */
@NullMarked
package dev.berth.cri.door.inspect;

import org.jspecify.annotations.NullMarked;
