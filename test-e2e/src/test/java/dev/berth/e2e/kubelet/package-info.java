/** Berth under the real kubelet. */
@NullMarked
package dev.berth.e2e.kubelet;

import org.jspecify.annotations.NullMarked;
