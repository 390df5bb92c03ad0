/** How calls are answered: once, in parts, with a failure's status; and whether their callers still wait. */
@NullMarked
package dev.berth.cri.door.call;

import org.jspecify.annotations.NullMarked;
