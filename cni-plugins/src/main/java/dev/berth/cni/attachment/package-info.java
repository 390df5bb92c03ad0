/** What is remembered of each sandbox in a network, and what follows from it. */
@NullMarked
package dev.berth.cni.attachment;

import org.jspecify.annotations.NullMarked;
