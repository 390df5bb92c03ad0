/** The images of a store by all their names, and those that lack something. */
@NullMarked
package dev.berth.image.catalog;

import org.jspecify.annotations.NullMarked;
