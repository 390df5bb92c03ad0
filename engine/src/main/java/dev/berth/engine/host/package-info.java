/** What this host is and gives the daemon. */
@NullMarked
package dev.berth.engine.host;

import org.jspecify.annotations.NullMarked;
