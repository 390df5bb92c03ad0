package dev.berth.cri.metrics.container;

import java.util.List;

/**
 * One number of one pod or container.
 *
 * @param labels the values of {@link PodMetrics#labels} of its family
 */
public record Reading(Family<?> family, List<String> labels, double value) {}
