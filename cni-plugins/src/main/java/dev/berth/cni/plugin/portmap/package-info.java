/** The portmap plugin: ports of the host that lead to a sandbox. */
@NullMarked
package dev.berth.cni.plugin.portmap;

import org.jspecify.annotations.NullMarked;
