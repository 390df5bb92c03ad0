/** Prometheus metrics of the daemon. */
@NullMarked
package dev.berth.cri.metrics;

import org.jspecify.annotations.NullMarked;
