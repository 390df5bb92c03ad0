/** The host-local plugin: addresses leased from ranges, with files of the host as its memory. */
@NullMarked
package dev.berth.cni.plugin.hostlocal;

import org.jspecify.annotations.NullMarked;
