/** The metrics of pods and containers under the names that cAdvisor gave them (KEP-2371), for the CRI and for Prometheus. */
@NullMarked
package dev.berth.cri.metrics.container;

import org.jspecify.annotations.NullMarked;
