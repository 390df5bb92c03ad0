/** What pods that share, or map, namespaces can see of others. */
@NullMarked
package dev.berth.e2e.isolation;

import org.jspecify.annotations.NullMarked;
