/** What daemon and shim leave each other in an object's directory: the lock, the pids, the end. */
@NullMarked
package dev.berth.shim.directory;

import org.jspecify.annotations.NullMarked;
