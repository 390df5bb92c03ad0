/** The host's side of pod networks: its links, its packet filter and its network settings. */
@NullMarked
package dev.berth.cni.host;

import org.jspecify.annotations.NullMarked;
