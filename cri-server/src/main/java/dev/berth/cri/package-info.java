@NullMarked
package dev.berth.cri;

import org.jspecify.annotations.NullMarked;
