/** Images as pods and users of the command line have them. */
@NullMarked
package dev.berth.e2e.image;

import org.jspecify.annotations.NullMarked;
