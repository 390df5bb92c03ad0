@NullMarked
package dev.berth.image.registry;

import org.jspecify.annotations.NullMarked;
