/** Network configuration of the kernel: rtnetlink, network namespaces and nftables. */
@NullMarked
package dev.berth.linux.net;

import org.jspecify.annotations.NullMarked;
