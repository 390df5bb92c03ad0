/** The link between a sandbox and the host, from its making until it has faded. */
@NullMarked
package dev.berth.cni.link;

import org.jspecify.annotations.NullMarked;
