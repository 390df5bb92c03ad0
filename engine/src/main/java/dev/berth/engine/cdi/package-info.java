/** Devices that vendors describe in files of the Container Device Interface, and what a container gets with them. */
@NullMarked
package dev.berth.engine.cdi;

import org.jspecify.annotations.NullMarked;
