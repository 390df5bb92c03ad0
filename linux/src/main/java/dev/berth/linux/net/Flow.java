package dev.berth.linux.net;

import java.net.InetAddress;

/**
 * A connection the kernel tracks.
 *
 * @param protocol the number of the transport protocol
 * @param destination where its first packet was sent
 * @param answering who sends the answers: another address than the destination where that is translated
 */
public record Flow(int protocol, InetAddress destination, int destinationPort, InetAddress answering) {}
