/** The LaunchPlan: an OCI runtime-spec document lowered to a flat list of kernel steps that berth-shim executes in order. */
@NullMarked
package dev.berth.shim.plan;

import org.jspecify.annotations.NullMarked;
