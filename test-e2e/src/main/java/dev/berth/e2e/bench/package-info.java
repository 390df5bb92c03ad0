/** The benchmark: Berth and Debian's containerd with runc, side by side in one run. */
@NullMarked
package dev.berth.e2e.bench;

import org.jspecify.annotations.NullMarked;
