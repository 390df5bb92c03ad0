/** Who a pull says it is: credentials, and the files and programs that keep them. */
@NullMarked
package dev.berth.image.credential;

import org.jspecify.annotations.NullMarked;
