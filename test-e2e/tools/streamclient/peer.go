package main

import (
	"context"
	"flag"
	"fmt"
	"net/http"
	"net/url"
	"time"

	"google.golang.org/grpc"
	"google.golang.org/grpc/credentials/insecure"
	"k8s.io/client-go/rest"
	"k8s.io/client-go/tools/portforward"
	"k8s.io/client-go/tools/remotecommand"
	"k8s.io/client-go/transport/spdy"
	cri "k8s.io/cri-api/pkg/apis/runtime/v1"
	"k8s.io/streaming/pkg/httpstream"
)

// peer is the runtime under test, and how and for what it is spoken to.
type peer struct {
	socket, container, pod string
	transport, protocol    string
	limit                  time.Duration
	runtime                cri.RuntimeServiceClient
	// route leads an URL of the server elsewhere, such as through a relay.
	route func(*url.URL) (*url.URL, error)
}

func peerFlags(flags *flag.FlagSet) *peer {
	p := &peer{route: direct}
	flags.StringVar(&p.socket, "socket", "", "the runtime's CRI socket")
	flags.StringVar(&p.container, "container", "", "a running container")
	flags.StringVar(&p.pod, "pod", "", "a ready pod")
	flags.StringVar(&p.transport, "transport", "spdy", "spdy or websocket")
	flags.StringVar(&p.protocol, "protocol", "", "the only sub-protocol to offer for exec and attach")
	flags.DurationVar(&p.limit, "limit", time.Minute, "longest time for one session")
	return p
}

func direct(given *url.URL) (*url.URL, error) { return given, nil }

func (p *peer) connect() (func(), error) {
	if p.transport != "spdy" && p.transport != "websocket" {
		return nil, fmt.Errorf("--transport %q is neither spdy nor websocket", p.transport)
	}
	connection, err := grpc.NewClient("unix://"+p.socket, grpc.WithTransportCredentials(insecure.NewCredentials()))
	if err != nil {
		return nil, fmt.Errorf("connect to %s: %w", p.socket, err)
	}
	p.runtime = cri.NewRuntimeServiceClient(connection)
	return func() { _ = connection.Close() }, nil
}

// routed is the same peer behind a detour.
func (p *peer) routed(route func(*url.URL) (*url.URL, error)) *peer {
	other := *p
	other.route = route
	return &other
}

// overdue is a session that took too long.
type overdue time.Duration

func (o overdue) Error() string { return fmt.Sprintf("not finished after %v", time.Duration(o)) }

// limited is a context that ends with the limit of a session and says so.
func (p *peer) limited(ctx context.Context) (context.Context, context.CancelFunc) {
	return context.WithTimeoutCause(ctx, p.limit, overdue(p.limit))
}

func (p *peer) address(text string) (*url.URL, error) {
	given, err := url.Parse(text)
	if err != nil {
		return nil, fmt.Errorf("the runtime's URL: %w", err)
	}
	return p.route(given)
}

// config has no word on whom to trust: the URL came over a socket that only root can open.
func config(server *url.URL) *rest.Config {
	return &rest.Config{Host: server.Host, TLSClientConfig: rest.TLSClientConfig{Insecure: server.Scheme == "https"}}
}

func (p *peer) executor(server *url.URL) (remotecommand.Executor, error) {
	switch {
	case p.transport == "spdy" && p.protocol == "":
		return remotecommand.NewSPDYExecutor(config(server), http.MethodPost, server)
	case p.transport == "spdy":
		transport, upgrader, err := spdy.RoundTripperFor(config(server))
		if err != nil {
			return nil, err
		}
		return remotecommand.NewSPDYExecutorForProtocols(transport, upgrader, http.MethodPost, server, p.protocol)
	case p.protocol == "":
		return remotecommand.NewWebSocketExecutor(config(server), http.MethodGet, server.String())
	default:
		return remotecommand.NewWebSocketExecutorForProtocols(config(server), http.MethodGet, server.String(), p.protocol)
	}
}

func (p *peer) dialer(server *url.URL) (httpstream.Dialer, error) {
	if p.transport == "websocket" {
		return portforward.NewSPDYOverWebsocketDialerForStreaming(server, config(server))
	}
	transport, upgrader, err := spdy.RoundTripperFor(config(server))
	if err != nil {
		return nil, err
	}
	return spdy.NewDialerForStreaming(upgrader, &http.Client{Transport: transport}, http.MethodPost, server), nil
}
