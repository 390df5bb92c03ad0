package dev.berth.cri.api;

import com.google.protobuf.DescriptorProtos.DescriptorProto;
import com.google.protobuf.DescriptorProtos.EnumDescriptorProto;
import com.google.protobuf.DescriptorProtos.FieldDescriptorProto;
import com.google.protobuf.DescriptorProtos.FileDescriptorProto;
import com.google.protobuf.DescriptorProtos.MethodDescriptorProto;
import com.google.protobuf.DescriptorProtos.ServiceDescriptorProto;
import java.util.List;
import java.util.Locale;
import java.util.stream.Stream;

/** What a protocol looks like on the wire: one line per message, field, enum value and method, sorted. */
record ProtocolListing(List<String> lines) {

    ProtocolListing {
        lines = lines.stream().sorted().toList();
    }

    static ProtocolListing of(FileDescriptorProto file) {
        var scope = "." + file.getPackage();
        return new ProtocolListing(Stream.of(
                        file.getMessageTypeList().stream().flatMap(message -> message(scope, message)),
                        file.getEnumTypeList().stream().flatMap(values -> enumeration(scope, values)),
                        file.getServiceList().stream().flatMap(service -> service(scope, service)))
                .flatMap(part -> part)
                .toList());
    }

    private static Stream<String> message(String scope, DescriptorProto message) {
        var name = scope + "." + message.getName();
        return Stream.of(
                        Stream.of("message " + name),
                        message.getFieldList().stream().map(field -> field(name, message, field)),
                        message.getNestedTypeList().stream().flatMap(nested -> message(name, nested)),
                        message.getEnumTypeList().stream().flatMap(values -> enumeration(name, values)))
                .flatMap(part -> part);
    }

    private static String field(String message, DescriptorProto in, FieldDescriptorProto field) {
        var type =
                field.hasTypeName() ? field.getTypeName() : word(field.getType().name(), "TYPE_");
        var line = "field %s.%s = %d %s %s"
                .formatted(
                        message,
                        field.getName(),
                        field.getNumber(),
                        word(field.getLabel().name(), "LABEL_"),
                        type);
        var choice = field.hasOneofIndex()
                ? " oneof " + in.getOneofDecl(field.getOneofIndex()).getName()
                : "";
        var deprecated = field.getOptions().getDeprecated() ? " deprecated" : "";
        var secret = field.getOptions().getDebugRedact() ? " redacted" : "";
        return line + choice + deprecated + secret;
    }

    private static Stream<String> enumeration(String scope, EnumDescriptorProto values) {
        var name = scope + "." + values.getName();
        return values.getValueList().stream()
                .map(value -> "value %s.%s = %d".formatted(name, value.getName(), value.getNumber()));
    }

    private static Stream<String> service(String scope, ServiceDescriptorProto service) {
        return service.getMethodList().stream().map(method -> method(scope + "." + service.getName(), method));
    }

    private static String method(String service, MethodDescriptorProto method) {
        return "rpc %s.%s(%s%s) returns (%s%s)"
                .formatted(
                        service,
                        method.getName(),
                        method.getClientStreaming() ? "stream " : "",
                        method.getInputType(),
                        method.getServerStreaming() ? "stream " : "",
                        method.getOutputType());
    }

    private static String word(String constant, String prefix) {
        return constant.substring(prefix.length()).toLowerCase(Locale.ROOT);
    }
}
