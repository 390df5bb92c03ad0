package dev.berth.cni.plugin;

import com.fasterxml.jackson.databind.node.ObjectNode;

/** What plugins have in common that change an attachment which another plugin has made. */
public final class ChainedPlugin {
    private ChainedPlugin() {}

    public static ObjectNode previous(String plugin, ObjectNode config) throws CniException {
        if (config.path("prevResult") instanceof ObjectNode previous) {
            return previous;
        }
        throw new CniException(CniException.Kind.FAILED, plugin + ": it must come after another plugin in the chain");
    }
}
