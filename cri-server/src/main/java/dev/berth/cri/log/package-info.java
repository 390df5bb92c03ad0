/** How the daemon's log lines look. */
@NullMarked
package dev.berth.cri.log;

import org.jspecify.annotations.NullMarked;
