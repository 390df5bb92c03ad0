/** Tests of the protocol. */
@NullMarked
package dev.berth.cri.api;

import org.jspecify.annotations.NullMarked;
