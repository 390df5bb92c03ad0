/** SHA-256 by libcrypto, where the host has it. */
@NullMarked
package dev.berth.linux.digest;

import org.jspecify.annotations.NullMarked;
