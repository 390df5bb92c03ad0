/** What can go wrong with a request, in the words and the codes its caller acts on. */
@NullMarked
package dev.berth.cri.failure;

import org.jspecify.annotations.NullMarked;
