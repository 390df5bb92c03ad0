/** The JSON documents of CNI and the names in them. */
@NullMarked
package dev.berth.cni.document;

import org.jspecify.annotations.NullMarked;
