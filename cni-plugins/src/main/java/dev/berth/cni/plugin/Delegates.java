package dev.berth.cni.plugin;

import com.fasterxml.jackson.databind.JsonNode;

/** The plugins that another one may hand a part of its work to (CNI spec, section 4). */
public interface Delegates {
    /** By a configuration's type; the configuration decides who can do it. */
    Plugin find(String type, JsonNode config) throws CniException;
}
