@NullMarked
package dev.berth.cni;

import org.jspecify.annotations.NullMarked;
