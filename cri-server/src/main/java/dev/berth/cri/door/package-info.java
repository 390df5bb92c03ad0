/** The gRPC door: decodes CRI requests into domain values, calls one lifecycle method, encodes its answer. */
@NullMarked
package dev.berth.cri.door;

import org.jspecify.annotations.NullMarked;
