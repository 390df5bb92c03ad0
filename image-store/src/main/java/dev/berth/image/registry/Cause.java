package dev.berth.image.registry;

import java.net.ConnectException;
import java.net.UnknownHostException;
import java.net.http.HttpConnectTimeoutException;
import java.nio.channels.UnresolvedAddressException;
import org.jspecify.annotations.Nullable;

/** The words for why a request got no answer: the client's own exceptions often have none. */
final class Cause {
    private Cause() {}

    static String of(Throwable failure) {
        for (@Nullable Throwable cause = failure; cause != null; cause = cause.getCause()) {
            if (cause instanceof UnresolvedAddressException || cause instanceof UnknownHostException) {
                return "the host name does not resolve";
            }
            if (cause instanceof HttpConnectTimeoutException) {
                return "connecting timed out";
            }
        }
        var message = failure.getMessage();
        if (message != null) {
            return message;
        }
        return failure instanceof ConnectException
                ? "connection refused"
                : failure.getClass().getSimpleName();
    }
}
