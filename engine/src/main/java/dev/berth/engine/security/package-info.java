/** What of privilege a container gets: capabilities, seccomp, labels of security modules, hidden paths. */
@NullMarked
package dev.berth.engine.security;

import org.jspecify.annotations.NullMarked;
