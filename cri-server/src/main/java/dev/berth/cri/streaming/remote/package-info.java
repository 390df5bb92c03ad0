/** The streams of a command or a container, on the wire (Kubernetes' remote command protocol). */
@NullMarked
package dev.berth.cri.streaming.remote;

import org.jspecify.annotations.NullMarked;
