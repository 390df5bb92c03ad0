/** What this host is and gives the daemon. */
@NullMarked
package dev.berth.cri.host;

import org.jspecify.annotations.NullMarked;
