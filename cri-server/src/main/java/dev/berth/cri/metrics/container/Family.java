package dev.berth.cri.metrics.container;

import java.util.List;
import java.util.function.Function;
import java.util.function.ToDoubleFunction;

/**
 * One metric: what it is called, and how it is read off a subject of its kind.
 *
 * @param labels beside those that name the subject
 */
public record Family<S>(String name, String help, Kind kind, List<String> labels, Function<S, List<Sample>> samples) {
    /** What a number does over time. */
    public enum Kind {
        COUNTER,
        GAUGE
    }

    /** One number, with a value for each label of its family. */
    public record Sample(List<String> labels, double value) {
        /** Exact up to 2^53: counts of bytes reach it at eight pebibytes. */
        static Sample of(long value, String... labels) {
            return of((double) value, labels);
        }

        static Sample of(double value, String... labels) {
            return new Sample(List.of(labels), value);
        }
    }

    static <S> Family<S> counter(String name, String help, ToDoubleFunction<S> value) {
        return new Family<>(name, help, Kind.COUNTER, List.of(), one(value));
    }

    static <S> Family<S> gauge(String name, String help, ToDoubleFunction<S> value) {
        return new Family<>(name, help, Kind.GAUGE, List.of(), one(value));
    }

    private static <S> Function<S, List<Sample>> one(ToDoubleFunction<S> value) {
        return subject -> List.of(Sample.of(value.applyAsDouble(subject)));
    }
}
