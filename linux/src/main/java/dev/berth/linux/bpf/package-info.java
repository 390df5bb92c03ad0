/** bpf(2): loading a program and attaching it to a v2 cgroup. */
@NullMarked
package dev.berth.linux.bpf;

import org.jspecify.annotations.NullMarked;
