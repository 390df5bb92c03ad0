/** A small command line client, for hosts where crictl cannot be built. */
@NullMarked
package dev.berth.e2e.cli;

import org.jspecify.annotations.NullMarked;
