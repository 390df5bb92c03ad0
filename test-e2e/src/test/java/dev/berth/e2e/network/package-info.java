/** Pods' networks: addresses, ports, configurations, nodes that reach each other, churn. */
@NullMarked
package dev.berth.e2e.network;

import org.jspecify.annotations.NullMarked;
