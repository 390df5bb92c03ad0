/** libseccomp: a profile in, the kernel's filter program out. */
@NullMarked
package dev.berth.linux.seccomp;

import org.jspecify.annotations.NullMarked;
