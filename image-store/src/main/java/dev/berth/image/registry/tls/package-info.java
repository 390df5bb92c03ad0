/** TLS from PEM files: authorities, client certificates and their keys. */
@NullMarked
package dev.berth.image.registry.tls;

import org.jspecify.annotations.NullMarked;
