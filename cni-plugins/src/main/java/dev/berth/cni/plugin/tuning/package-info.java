/** The tuning plugin: sysctls and attributes of an interface that another plugin has made. */
@NullMarked
package dev.berth.cni.plugin.tuning;

import org.jspecify.annotations.NullMarked;
