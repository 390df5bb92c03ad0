/** Connections into pods, on the wire (Kubernetes' port-forward protocol). */
@NullMarked
package dev.berth.cri.streaming.port;

import org.jspecify.annotations.NullMarked;
