/** What the containers of a pod have in common: the files they share, and the kernel settings of their namespaces. */
@NullMarked
package dev.berth.engine.pod;

import org.jspecify.annotations.NullMarked;
