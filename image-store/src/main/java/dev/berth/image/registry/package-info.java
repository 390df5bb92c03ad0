/** One pull's conversation with the hosts of its registry. */
@NullMarked
package dev.berth.image.registry;

import org.jspecify.annotations.NullMarked;
