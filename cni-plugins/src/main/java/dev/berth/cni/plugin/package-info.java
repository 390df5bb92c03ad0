/** What the runtime and a plugin tell each other (CNI spec, sections 2, 4 and 5). */
@NullMarked
package dev.berth.cni.plugin;

import org.jspecify.annotations.NullMarked;
