/** Users and groups of a process, resolved inside an image's root file system. */
@NullMarked
package dev.berth.engine.user;

import org.jspecify.annotations.NullMarked;
