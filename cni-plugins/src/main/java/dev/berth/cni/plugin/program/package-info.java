/** Plugins that are programs of the host. */
@NullMarked
package dev.berth.cni.plugin.program;

import org.jspecify.annotations.NullMarked;
