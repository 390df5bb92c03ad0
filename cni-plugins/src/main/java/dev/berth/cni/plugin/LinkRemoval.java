package dev.berth.cni.plugin;

/** When a detached sandbox's link goes away. */
public enum LinkRemoval {
    /** With its namespace, in the background: for a caller that ends the namespace's last holder itself. */
    WITH_NAMESPACE,
    /** Before detach returns (tens of milliseconds): somebody else may still hold the namespace. */
    NOW
}
