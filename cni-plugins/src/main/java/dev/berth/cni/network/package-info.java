/** The networks that are configured, and which of them a pod gets. */
@NullMarked
package dev.berth.cni.network;

import org.jspecify.annotations.NullMarked;
