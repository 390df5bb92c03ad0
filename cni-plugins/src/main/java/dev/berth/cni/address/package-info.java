/** Subnets and ranges of IP addresses. */
@NullMarked
package dev.berth.cni.address;

import org.jspecify.annotations.NullMarked;
