package main

import (
	"context"
	"errors"
	"flag"
	"fmt"
	"io"
	"net"
	"strconv"
	"time"

	"k8s.io/client-go/tools/portforward"
	cri "k8s.io/cri-api/pkg/apis/runtime/v1"
)

// forwarding is a port of this host that leads to one of the pod.
type forwarding struct {
	address string
	cancel  context.CancelFunc
	ended   chan error
}

// forward returns once the port is open here.
func (p *peer) forward(ctx context.Context, target int) (*forwarding, error) {
	ctx, cancel := context.WithCancel(ctx)
	forwarder, err := p.forwarder(ctx, target)
	if err != nil {
		cancel()
		return nil, err
	}
	f := &forwarding{cancel: cancel, ended: make(chan error, 1)}
	go func() { f.ended <- forwarder.ForwardPorts() }()
	select {
	case <-forwarder.Ready:
	case err := <-f.ended:
		cancel()
		return nil, fmt.Errorf("forward port %d: %w", target, err)
	}
	ports, err := forwarder.GetPorts()
	if err != nil {
		return nil, errors.Join(err, f.close())
	}
	f.address = net.JoinHostPort("127.0.0.1", strconv.Itoa(int(ports[0].Local)))
	return f, nil
}

func (p *peer) forwarder(ctx context.Context, target int) (*portforward.PortForwarder, error) {
	answer, err := p.runtime.PortForward(ctx, &cri.PortForwardRequest{PodSandboxId: p.pod, Port: []int32{int32(target)}})
	if err != nil {
		return nil, fmt.Errorf("port-forward: %w", err)
	}
	server, err := p.address(answer.Url)
	if err != nil {
		return nil, err
	}
	dialer, err := p.dialer(server)
	if err != nil {
		return nil, err
	}
	return portforward.NewOnAddressesForStreamingWithContext(ctx, dialer, []string{"127.0.0.1"},
		[]string{fmt.Sprintf("0:%d", target)}, make(chan struct{}), io.Discard, io.Discard)
}

func (f *forwarding) close() error {
	f.cancel()
	return named("the forwarding ended before it was closed", <-f.ended)
}

func portForwardCommand(flags *flag.FlagSet) check {
	target := flags.Int("target", 0, "port of an echo server in the pod")
	size := flags.Int64("bytes", 1<<20, "bytes each way over each connection")
	count := flags.Int("count", 10, "connections at once")
	return func(ctx context.Context, p *peer) (any, error) {
		begin := time.Now()
		f, err := p.forward(ctx, *target)
		if err != nil {
			return nil, err
		}
		err = together(*count, func(index int) error { return f.echo(p.limit, uint64(index), *size) })
		figures := map[string]any{"connections": *count, "bytes": *size, "seconds": time.Since(begin).Seconds()}
		return figures, errors.Join(err, f.close())
	}
}

// echo sends bytes over a connection, ends its direction, and reads until the other one ends.
func (f *forwarding) echo(limit time.Duration, seed uint64, count int64) error {
	connection, err := net.Dial("tcp", f.address)
	if err != nil {
		return err
	}
	defer connection.Close()
	if err := connection.SetDeadline(time.Now().Add(limit)); err != nil {
		return err
	}
	sent, received := newTally(), newTally()
	sending := make(chan error, 1)
	go func() {
		_, err := io.Copy(connection, io.TeeReader(io.LimitReader(noise(seed), count), sent))
		sending <- errors.Join(err, connection.(*net.TCPConn).CloseWrite())
	}()
	_, err = io.Copy(received, connection)
	if err = errors.Join(named("read", err), named("write", <-sending)); err != nil {
		return fmt.Errorf("%w; %d bytes were sent and %d received", err, sent.bytes, received.bytes)
	}
	return received.require(sent)
}

// forwardOnce forwards a port for one short connection.
func forwardOnce(ctx context.Context, p *peer, target int) error {
	f, err := p.forward(ctx, target)
	if err != nil {
		return err
	}
	return errors.Join(f.echo(p.limit, 5, 4096), f.close())
}
