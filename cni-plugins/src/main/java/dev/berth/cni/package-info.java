/** Pod networks for whoever runs sandboxes: attach, check, detach, collect. */
@NullMarked
package dev.berth.cni;

import org.jspecify.annotations.NullMarked;
