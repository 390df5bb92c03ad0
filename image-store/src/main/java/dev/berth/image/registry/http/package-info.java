/** HTTP as registries need it: clients, answers, and bodies that must not stall. */
@NullMarked
package dev.berth.image.registry.http;

import org.jspecify.annotations.NullMarked;
