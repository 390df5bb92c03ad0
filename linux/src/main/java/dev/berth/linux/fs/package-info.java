@NullMarked
package dev.berth.linux.fs;

import org.jspecify.annotations.NullMarked;
