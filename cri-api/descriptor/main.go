// Command descriptor prints the file descriptor that the Kubernetes module carries, in base64.
package main

import (
	"encoding/base64"
	"fmt"
	"log"

	"google.golang.org/protobuf/proto"
	"google.golang.org/protobuf/reflect/protodesc"
	runtime "k8s.io/cri-api/pkg/apis/runtime/v1"
)

func main() {
	file := (&runtime.VersionRequest{}).ProtoReflect().Descriptor().ParentFile()
	bytes, err := proto.Marshal(protodesc.ToFileDescriptorProto(file))
	if err != nil {
		log.Fatalf("encode %s: %v", file.Path(), err)
	}
	fmt.Println(base64.StdEncoding.EncodeToString(bytes))
}
