package main

import (
	"context"
	"flag"
	"fmt"
	"io"
	"net"
)

// serveCommand repeats to every TCP connection what it sends, until it ends its direction.
func serveCommand(flags *flag.FlagSet) check {
	port := flags.Int("port", 7, "port to listen on")
	return func(context.Context, *peer) (any, error) {
		listener, err := net.Listen("tcp", fmt.Sprintf(":%d", *port))
		if err != nil {
			return nil, err
		}
		for {
			connection, err := listener.Accept()
			if err != nil {
				return nil, err
			}
			go func() {
				defer connection.Close()
				_, _ = io.Copy(connection, connection)
			}()
		}
	}
}
