/** The daemon's configuration: TOML files in, checked records out. */
@NullMarked
package dev.berth.cri.config;

import org.jspecify.annotations.NullMarked;
