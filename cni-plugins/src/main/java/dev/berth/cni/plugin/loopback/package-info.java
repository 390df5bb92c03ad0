/** The loopback plugin: a sandbox's lo. */
@NullMarked
package dev.berth.cni.plugin.loopback;

import org.jspecify.annotations.NullMarked;
