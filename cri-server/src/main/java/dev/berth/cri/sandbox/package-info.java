/** Pod sandboxes: their records, their states and the verbs on them. */
@NullMarked
package dev.berth.cri.sandbox;

import org.jspecify.annotations.NullMarked;
