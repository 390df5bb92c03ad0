/** Generation of a container's OCI spec from plain inputs: what Kubernetes asked, what the image says, what the host has. */
@NullMarked
package dev.berth.engine.spec;

import org.jspecify.annotations.NullMarked;
