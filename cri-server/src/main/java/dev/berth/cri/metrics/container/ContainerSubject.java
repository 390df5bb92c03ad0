package dev.berth.cri.metrics.container;

import dev.berth.engine.stats.ContainerDetail;

/** A running container and the disk that its writable layer is on. */
record ContainerSubject(ContainerDetail detail, Disk disk) {}
