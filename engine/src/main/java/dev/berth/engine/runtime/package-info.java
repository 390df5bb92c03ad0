/** Other OCI runtimes that carry containers out: which handler has which, and what is left on disk for and by them. */
@NullMarked
package dev.berth.engine.runtime;

import org.jspecify.annotations.NullMarked;
