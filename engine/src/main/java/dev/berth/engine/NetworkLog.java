package dev.berth.engine;

import dev.berth.cni.NetworkReadiness;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Says on the log when the pod network becomes ready, and when it no longer is. */
final class NetworkLog {
    private static final Logger LOG = LoggerFactory.getLogger(NetworkLog.class);

    private NetworkLog() {}

    static void report(NetworkReadiness readiness) {
        switch (readiness) {
            case NetworkReadiness.Ready(var network, var origin) ->
                LOG.info("the pod network is ready: {}, {}", network, origin);
            case NetworkReadiness.NotReady(var reason, var message) ->
                LOG.warn("the pod network is not ready: {}: {}", reason, message);
        }
    }
}
