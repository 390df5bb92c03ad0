package dev.berth.image.layer.limit;

import java.io.IOException;

/** The file system has too little room for what is to be written. */
public final class RoomException extends IOException {
    private static final long serialVersionUID = 1L;

    RoomException(String message) {
        super(message);
    }
}
