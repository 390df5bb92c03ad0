/** The firewall plugin: packets of sandboxes may pass through the host. */
@NullMarked
package dev.berth.cni.plugin.firewall;

import org.jspecify.annotations.NullMarked;
