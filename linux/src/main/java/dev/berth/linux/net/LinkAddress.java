package dev.berth.linux.net;

import java.net.InetAddress;

/** An address on an interface. */
public record LinkAddress(int link, InetAddress address, int prefix) {}
