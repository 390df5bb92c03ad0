/** SPDY/3.1 as Kubernetes' clients speak it. */
@NullMarked
package dev.berth.cri.streaming.spdy;

import org.jspecify.annotations.NullMarked;
