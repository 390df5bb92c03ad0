/** Seccomp profiles of pods and containers: the built-in default, files on the node, and their compiled programs. */
@NullMarked
package dev.berth.engine.seccomp;

import org.jspecify.annotations.NullMarked;
