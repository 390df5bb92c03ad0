/** A network's plugins, found by type and run one after the other. */
@NullMarked
package dev.berth.cni.chain;

import org.jspecify.annotations.NullMarked;
