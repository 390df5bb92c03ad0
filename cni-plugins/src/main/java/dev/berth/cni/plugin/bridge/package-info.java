/** The bridge plugin: a veth pair between a sandbox and a bridge of the host. */
@NullMarked
package dev.berth.cni.plugin.bridge;

import org.jspecify.annotations.NullMarked;
