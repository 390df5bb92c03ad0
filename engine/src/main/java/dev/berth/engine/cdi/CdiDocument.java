package dev.berth.engine.cdi;

import dev.berth.engine.oci.InvalidSpecException;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/** One vendor's file: devices of one kind, and the edits that come with any of them. */
record CdiDocument(
        String cdiVersion,
        String kind,
        Map<String, String> annotations,
        List<Device> devices,
        @Nullable ContainerEdits containerEdits) {
    CdiDocument {
        annotations = annotations == null ? Map.of() : Map.copyOf(annotations);
        devices = devices == null ? List.of() : List.copyOf(devices);
    }

    record Device(
            String name,
            Map<String, String> annotations,
            @Nullable ContainerEdits containerEdits) {
        Device {
            annotations = annotations == null ? Map.of() : Map.copyOf(annotations);
        }

        ContainerEdits edits() {
            return containerEdits == null ? ContainerEdits.NONE : containerEdits;
        }
    }

    ContainerEdits edits() {
        return containerEdits == null ? ContainerEdits.NONE : containerEdits;
    }

    Stream<ContainerEdits> everyEdit() {
        return Stream.concat(Stream.of(edits()), devices.stream().map(Device::edits));
    }

    /** Refuses what the specification forbids in a file of its version. */
    CdiDocument checked() throws InvalidSpecException {
        if (kind == null || !CdiName.isKind(kind)) {
            throw new InvalidSpecException("kind \"" + kind + "\" is not like vendor.com/class");
        }
        if (devices.isEmpty()) {
            throw new InvalidSpecException("it has no devices");
        }
        var names = new HashSet<String>();
        for (Device device : devices) {
            if (device.name() == null || !CdiName.isDevice(device.name()) || !names.add(device.name())) {
                throw new InvalidSpecException("device name \"" + device.name() + "\" is invalid or there twice");
            }
        }
        SchemaVersion.check(this);
        return this;
    }
}
