/** Mounts that are attached nowhere, files read inside a root directory, and what the kernel says about mounts. */
@NullMarked
package dev.berth.linux.mount;

import org.jspecify.annotations.NullMarked;
