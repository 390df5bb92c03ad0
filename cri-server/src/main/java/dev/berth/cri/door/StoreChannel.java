package dev.berth.cri.door;

import dev.berth.cri.api.berth.CheckRequest;
import dev.berth.cri.api.berth.ExportRequest;
import dev.berth.cri.api.berth.ImportRequest;
import dev.berth.cri.api.berth.ImportResponse;
import dev.berth.cri.api.berth.StoreServiceGrpc;
import dev.berth.image.archive.TarWriter;
import dev.berth.image.check.Fault;
import io.grpc.StatusException;
import io.grpc.StatusRuntimeException;
import io.grpc.stub.BlockingClientCall;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Path;
import java.util.List;
import java.util.function.Consumer;
import java.util.stream.Collectors;

/** A client of a daemon's image store. */
public final class StoreChannel implements AutoCloseable {
    private final CriChannel channel;

    private StoreChannel(CriChannel channel) {
        this.channel = channel;
    }

    public static StoreChannel open(Path socket) {
        return new StoreChannel(CriChannel.open(socket));
    }

    /** Sends an archive; returns the ids and names of the images that it brought, a line each. An empty name leaves the archive's own. */
    public String importArchive(String name, TarWriter.Content archive) throws IOException, InterruptedException {
        var call = StoreServiceGrpc.newBlockingV2Stub(channel.channel()).import_();
        var sending = new SendingStream(call);
        try {
            sending.begin(name);
            archive.write(sending);
            sending.flush();
        } catch (SendingStream.Ended _) {
            return answer(call); // throws what the daemon says
        } catch (IOException e) {
            call.cancel("the archive cannot be read", e);
            throw e;
        }
        call.halfClose();
        return answer(call);
    }

    private static String answer(BlockingClientCall<ImportRequest, ImportResponse> call)
            throws IOException, InterruptedException {
        try {
            var answer = call.read();
            if (answer == null) {
                throw new IOException("the daemon did not answer");
            }
            return answer.getImagesList().stream()
                    .map(image -> (image.getId() + " " + String.join(" ", image.getTagsList())).strip())
                    .collect(Collectors.joining("\n"));
        } catch (StatusException e) {
            throw new StatusRuntimeException(e.getStatus());
        }
    }

    /** The images as one archive, which arrives while it is read. */
    public InputStream export(List<String> images) {
        var request = ExportRequest.newBuilder().addAllImages(images).build();
        return new ReceivingStream(
                StoreServiceGrpc.newBlockingStub(channel.channel()).export(request));
    }

    public void check(boolean deep, boolean repair, Consumer<Fault> faults) {
        var request = CheckRequest.newBuilder().setDeep(deep).setRepair(repair).build();
        StoreServiceGrpc.newBlockingStub(channel.channel())
                .check(request)
                .forEachRemaining(
                        fault -> faults.accept(new Fault(fault.getSubject(), fault.getProblem(), fault.getRemedy())));
    }

    @Override
    public void close() {
        channel.close();
    }
}
