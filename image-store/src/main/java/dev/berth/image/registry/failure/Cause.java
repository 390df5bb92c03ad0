package dev.berth.image.registry.failure;

import java.io.IOException;
import java.net.ConnectException;
import java.net.UnknownHostException;
import java.net.http.HttpConnectTimeoutException;
import java.net.http.HttpTimeoutException;
import java.nio.channels.UnresolvedAddressException;
import javax.net.ssl.SSLException;
import org.jspecify.annotations.Nullable;

/** The words for why a request got no answer: the client's own exceptions often have none. */
public final class Cause {
    private Cause() {}

    /** Whether a host was there, and then was not: it may be again at the next attempt. */
    static boolean isBrokenConnection(IOException failure) {
        return failure.getCause() instanceof IOException cause
                && !(cause instanceof ConnectException
                        || cause instanceof UnknownHostException
                        || cause instanceof HttpTimeoutException
                        || cause instanceof SSLException);
    }

    public static String of(Throwable failure) {
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
        return failure instanceof ConnectException ? "connection refused" : "the connection was closed";
    }
}
