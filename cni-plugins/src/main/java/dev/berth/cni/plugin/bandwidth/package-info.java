/** The bandwidth plugin: limits to what a sandbox sends and receives. */
@NullMarked
package dev.berth.cni.plugin.bandwidth;

import org.jspecify.annotations.NullMarked;
