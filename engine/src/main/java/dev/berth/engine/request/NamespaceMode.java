package dev.berth.engine.request;

/** Whose namespace is used, in CRI's words. */
public enum NamespaceMode {
    POD,
    CONTAINER,
    NODE,
    TARGET
}
