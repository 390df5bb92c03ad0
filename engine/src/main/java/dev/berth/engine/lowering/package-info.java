/** Lowering of an OCI spec to the launch plan that the shim executes. */
@NullMarked
package dev.berth.engine.lowering;

import org.jspecify.annotations.NullMarked;
