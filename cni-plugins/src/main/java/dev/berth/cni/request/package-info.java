/** What a pod asks of its network, and how plugins are told. */
@NullMarked
package dev.berth.cni.request;

import org.jspecify.annotations.NullMarked;
