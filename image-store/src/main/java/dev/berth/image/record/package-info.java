/** What a store writes down of its images and layers, and where everything stands on disk. */
@NullMarked
package dev.berth.image.record;

import org.jspecify.annotations.NullMarked;
