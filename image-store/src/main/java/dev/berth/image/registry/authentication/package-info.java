/** What is shown to a host that asks who wants something: credentials, challenges and tokens. */
@NullMarked
package dev.berth.image.registry.authentication;

import org.jspecify.annotations.NullMarked;
