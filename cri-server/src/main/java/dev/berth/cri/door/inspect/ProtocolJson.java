package dev.berth.cri.door.inspect;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.google.protobuf.ByteString;
import com.google.protobuf.Descriptors.EnumValueDescriptor;
import com.google.protobuf.Descriptors.FieldDescriptor;
import com.google.protobuf.MapEntry;
import com.google.protobuf.Message;
import java.util.List;

/** Messages of the protocol as Go writes them to JSON: the protocol's own names, numbers for enumerations, nothing that is unset. */
final class ProtocolJson {
    private static final JsonNodeFactory NODES = JsonNodeFactory.instance;

    private ProtocolJson() {}

    static ObjectNode of(Message message) {
        var object = NODES.objectNode();
        message.getAllFields().forEach((field, value) -> object.set(field.getName(), field(field, value)));
        return object;
    }

    private static JsonNode field(FieldDescriptor field, Object value) {
        if (!(value instanceof List<?> list)) {
            return value(value);
        }
        if (!field.isMapField()) {
            var array = NODES.arrayNode();
            list.forEach(each -> array.add(value(each)));
            return array;
        }
        var object = NODES.objectNode();
        for (Object each : list) {
            if (each instanceof MapEntry<?, ?> entry) {
                object.set(String.valueOf(entry.getKey()), value(entry.getValue()));
            }
        }
        return object;
    }

    private static JsonNode value(Object value) {
        return switch (value) {
            case Message message -> of(message);
            case EnumValueDescriptor constant -> NODES.numberNode(constant.getNumber());
            case ByteString bytes -> NODES.binaryNode(bytes.toByteArray());
            default -> NODES.pojoNode(value);
        };
    }
}
