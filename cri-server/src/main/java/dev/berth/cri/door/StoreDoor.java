package dev.berth.cri.door;

import static dev.berth.cri.door.call.Answers.succeeds;

import dev.berth.cri.api.berth.CheckRequest;
import dev.berth.cri.api.berth.CheckResponse;
import dev.berth.cri.api.berth.ExportRequest;
import dev.berth.cri.api.berth.ExportResponse;
import dev.berth.cri.api.berth.ImportRequest;
import dev.berth.cri.api.berth.ImportResponse;
import dev.berth.cri.api.berth.ImportedImage;
import dev.berth.cri.api.berth.StoreServiceGrpc;
import dev.berth.engine.image.StoreVerbs;
import dev.berth.image.catalog.Image;
import dev.berth.image.check.Fault;
import dev.berth.image.contents.Depth;
import io.grpc.stub.ServerCallStreamObserver;
import io.grpc.stub.StreamObserver;
import java.util.List;

/** The operator's own service beside the CRI: {@code berth image import}, {@code export}, {@code berth fsck}. */
public final class StoreDoor extends StoreServiceGrpc.StoreServiceImplBase {
    private final StoreVerbs verbs;

    public StoreDoor(StoreVerbs verbs) {
        this.verbs = verbs;
    }

    @Override
    public StreamObserver<ImportRequest> import_(StreamObserver<ImportResponse> observer) {
        return new ArrivingArchive(verbs, observer);
    }

    static ImportResponse imported(List<Image> images) {
        var answer = ImportResponse.newBuilder();
        images.forEach(image ->
                answer.addImages(ImportedImage.newBuilder().setId(image.id()).addAllTags(image.repoTags())));
        return answer.build();
    }

    /** On a thread of its own: the call's own must be free to hear when the caller can take more. */
    @Override
    public void export(ExportRequest request, StreamObserver<ExportResponse> observer) {
        var archive = new ArchiveStream((ServerCallStreamObserver<ExportResponse>) observer);
        Thread.ofVirtual().name("rpc").start(() -> {
            var written = succeeds("Export", observer, () -> verbs.export(request.getImagesList(), archive));
            if (written) {
                observer.onCompleted();
            }
        });
    }

    @Override
    public void check(CheckRequest request, StreamObserver<CheckResponse> observer) {
        ((ServerCallStreamObserver<CheckResponse>) observer).setOnCancelHandler(() -> {}); // it runs to its end
        var depth = request.getDeep() ? Depth.CONTENT : Depth.ATTRIBUTES;
        var done = succeeds(
                "Check",
                observer,
                () -> verbs.check(depth, request.getRepair(), fault -> observer.onNext(fault(fault))));
        if (done) {
            observer.onCompleted();
        }
    }

    private static CheckResponse fault(Fault fault) {
        return CheckResponse.newBuilder()
                .setSubject(fault.subject())
                .setProblem(fault.problem())
                .setRemedy(fault.remedy())
                .build();
    }
}
