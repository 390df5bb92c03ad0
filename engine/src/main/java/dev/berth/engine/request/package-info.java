/** What a door asks of a pod or a container, as plain records that check what they can without looking at the host. */
@NullMarked
package dev.berth.engine.request;

import org.jspecify.annotations.NullMarked;
