/** What can go wrong with a request, in the words and the codes its caller acts on. */
@NullMarked
package dev.berth.engine.failure;

import org.jspecify.annotations.NullMarked;
