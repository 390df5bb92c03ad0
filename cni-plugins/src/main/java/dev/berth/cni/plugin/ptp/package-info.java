/** The ptp plugin: a veth pair between a sandbox and the host, which routes for it. */
@NullMarked
package dev.berth.cni.plugin.ptp;

import org.jspecify.annotations.NullMarked;
