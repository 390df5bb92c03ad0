/** What the tests from outside and the benchmark are made of: a registry, runtimes, clients, the state of the host. */
@NullMarked
package dev.berth.e2e;

import org.jspecify.annotations.NullMarked;
