package dev.berth.cri.metrics;

import io.grpc.ForwardingServerCall.SimpleForwardingServerCall;
import io.grpc.Metadata;
import io.grpc.ServerCall;
import io.grpc.ServerCallHandler;
import io.grpc.ServerInterceptor;
import io.grpc.Status;
import io.prometheus.client.CollectorRegistry;
import io.prometheus.client.Histogram;

/** Counts and times every CRI call by method and status code. */
public final class CallMetrics implements ServerInterceptor {
    private static final double NANOS_PER_SECOND = 1e9;

    private final Histogram seconds;

    public CallMetrics(CollectorRegistry registry) {
        seconds = Histogram.build("berth_cri_call_seconds", "Duration of CRI calls, by method and gRPC status code.")
                .labelNames("method", "code")
                .buckets(0.0005, 0.001, 0.002, 0.005, 0.01, 0.02, 0.05, 0.1, 0.5, 1, 5, 30, 120)
                .register(registry);
    }

    @Override
    public <Q, A> ServerCall.Listener<Q> interceptCall(
            ServerCall<Q, A> call, Metadata headers, ServerCallHandler<Q, A> next) {
        long start = System.nanoTime();
        var method = String.valueOf(call.getMethodDescriptor().getBareMethodName());
        return next.startCall(
                new SimpleForwardingServerCall<>(call) {
                    @Override
                    public void close(Status status, Metadata trailers) {
                        seconds.labels(method, status.getCode().name())
                                .observe((System.nanoTime() - start) / NANOS_PER_SECOND);
                        super.close(status, trailers);
                    }
                },
                headers);
    }
}
