package dev.berth.cri.door;

import static dev.berth.cri.door.call.Answers.answer;
import static dev.berth.cri.door.call.Answers.answerInParts;

import dev.berth.cri.api.ImageFilter;
import dev.berth.cri.api.ImageFsInfoRequest;
import dev.berth.cri.api.ImageFsInfoResponse;
import dev.berth.cri.api.ImageServiceGrpc;
import dev.berth.cri.api.ImageStatusRequest;
import dev.berth.cri.api.ImageStatusResponse;
import dev.berth.cri.api.ListImagesRequest;
import dev.berth.cri.api.ListImagesResponse;
import dev.berth.cri.api.PullImageRequest;
import dev.berth.cri.api.PullImageResponse;
import dev.berth.cri.api.RemoveImageRequest;
import dev.berth.cri.api.RemoveImageResponse;
import dev.berth.cri.api.StreamImagesRequest;
import dev.berth.cri.api.StreamImagesResponse;
import dev.berth.cri.door.answer.StatsAnswers;
import dev.berth.cri.door.inspect.VerboseAnswers;
import dev.berth.engine.failure.EngineException;
import dev.berth.engine.image.Images;
import dev.berth.engine.record.Times;
import dev.berth.image.catalog.Image;
import io.grpc.stub.StreamObserver;
import java.util.List;

/** CRI's ImageService. */
public final class ImageDoor extends ImageServiceGrpc.ImageServiceImplBase {
    private final Images images;
    private final VerboseAnswers verbose;

    public ImageDoor(Images images, VerboseAnswers verbose) {
        this.images = images;
        this.verbose = verbose;
    }

    @Override
    public void listImages(ListImagesRequest request, StreamObserver<ListImagesResponse> observer) {
        answer("ListImages", observer, () -> {
            var answer = ListImagesResponse.newBuilder();
            chosen(request.getFilter()).forEach(image -> answer.addImages(ImageAnswers.image(image)));
            return answer.build();
        });
    }

    @Override
    public void streamImages(StreamImagesRequest request, StreamObserver<StreamImagesResponse> observer) {
        answerInParts(
                "StreamImages",
                observer,
                () -> chosen(request.getFilter()),
                part -> StreamImagesResponse.newBuilder()
                        .addAllImages(part.stream().map(ImageAnswers::image).toList())
                        .build());
    }

    private List<Image> chosen(ImageFilter filter) throws EngineException {
        return ImageAnswers.wanted(filter)
                ? images.find(filter.getImage().getImage()).stream().toList()
                : List.copyOf(images.all());
    }

    @Override
    public void imageStatus(ImageStatusRequest request, StreamObserver<ImageStatusResponse> observer) {
        answer("ImageStatus", observer, () -> {
            var answer = ImageStatusResponse.newBuilder();
            var image = images.find(request.getImage().getImage());
            image.ifPresent(each -> answer.setImage(ImageAnswers.image(each)));
            if (request.getVerbose() && image.isPresent()) {
                answer.putInfo("info", verbose.image(image.get()));
            }
            return answer.build();
        });
    }

    @Override
    public void pullImage(PullImageRequest request, StreamObserver<PullImageResponse> observer) {
        answer(
                "PullImage",
                observer,
                () -> PullImageResponse.newBuilder()
                        .setImageRef(images.pull(
                                request.getImage().getImage(),
                                ImageAnswers.credentials(request.getAuth()),
                                request.getAuth().getServerAddress()))
                        .build());
    }

    @Override
    public void removeImage(RemoveImageRequest request, StreamObserver<RemoveImageResponse> observer) {
        answer("RemoveImage", observer, () -> {
            images.remove(request.getImage().getImage());
            return RemoveImageResponse.getDefaultInstance();
        });
    }

    @Override
    public void imageFsInfo(ImageFsInfoRequest request, StreamObserver<ImageFsInfoResponse> observer) {
        answer("ImageFsInfo", observer, () -> {
            var usage = images.usage();
            var filesystem = StatsAnswers.filesystem(Times.now(), images.directory(), usage.bytes(), usage.inodes());
            return ImageFsInfoResponse.newBuilder()
                    .addImageFilesystems(filesystem)
                    .addContainerFilesystems(filesystem)
                    .build();
        });
    }
}
