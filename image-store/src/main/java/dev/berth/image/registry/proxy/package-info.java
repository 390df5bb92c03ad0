/** The proxies that the environment names, and what is reached without one. */
@NullMarked
package dev.berth.image.registry.proxy;

import org.jspecify.annotations.NullMarked;
