/** The training run of the ahead-of-time cache; see dist.sh. */
@NullMarked
package dev.berth.cri.training;

import org.jspecify.annotations.NullMarked;
