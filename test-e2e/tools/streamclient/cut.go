package main

import (
	"context"
	"errors"
	"flag"
	"fmt"
	"io"
	"math/rand/v2"
	"net"
	"sync/atomic"
	"time"
)

// sideBySide bounds how many sessions are cut at the same time.
const sideBySide = 8

// ending is how a session is cut: the client leaves, or the network between goes, with FIN or with RST.
type ending int

const (
	byClient ending = iota
	byFIN
	byRST
	endings
)

// endless holds a session of a kind that only ends when it is cut, and counts what comes back.
type endless func(ctx context.Context, p *peer, received *counter) error

// counter counts bytes from any goroutine.
type counter struct{ bytes atomic.Int64 }

func (c *counter) Write(content []byte) (int, error) {
	c.bytes.Add(int64(len(content)))
	return len(content), nil
}

func cutCommand(flags *flag.FlagSet) check {
	kind := flags.String("kind", "exec", "exec, attach or portforward")
	count := flags.Int("count", 100, "sessions to cut")
	seed := flags.Uint64("seed", 1, "what the instants follow from")
	span := flags.Duration("span", time.Second, "latest instant")
	target := flags.Int("target", 0, "port of an echo server in the pod")
	return func(ctx context.Context, p *peer) (any, error) {
		begin, err := endlessOf(*kind, *target)
		if err != nil {
			return nil, err
		}
		clean, err := operationOf(*kind, *target)
		if err != nil {
			return nil, err
		}
		c := cuts{begin: begin, seed: *seed, span: *span}
		failed := c.all(ctx, p, *count)
		return c.figures(), errors.Join(failed, named("the session after the cuts", clean(ctx, p)))
	}
}

func endlessOf(kind string, target int) (endless, error) {
	switch kind {
	case "exec":
		return endlessExec, nil
	case "attach":
		return endlessAttach, nil
	case "portforward":
		return func(ctx context.Context, p *peer, received *counter) error {
			return endlessForward(ctx, p, target, received)
		}, nil
	default:
		return nil, fmt.Errorf("--kind %q is not one of exec, attach and portforward", kind)
	}
}

func endlessExec(ctx context.Context, p *peer, received *counter) error {
	return p.hold(ctx, session{command: []string{"cat"}, stdin: noise(6), stdout: received, stderr: io.Discard})
}

// endlessAttach says one line: more would fill the container's log.
func endlessAttach(ctx context.Context, p *peer, received *counter) error {
	keyboard, typed := io.Pipe()
	defer typed.Close()
	go func() { _, _ = io.WriteString(typed, "to be cut\n") }()
	return p.hold(ctx, session{stdin: keyboard, stdout: received, stderr: io.Discard})
}

func endlessForward(ctx context.Context, p *peer, target int, received *counter) error {
	f, err := p.forward(ctx, target)
	if err != nil {
		return err
	}
	connection, err := net.Dial("tcp", f.address)
	if err != nil {
		return errors.Join(err, f.close())
	}
	go func() { _, _ = io.Copy(connection, noise(7)) }()
	go func() { _, _ = io.Copy(received, connection) }()
	err = <-f.ended
	return errors.Join(err, connection.Close())
}

// cuts is a series of sessions that are cut, and what was seen of them.
type cuts struct {
	begin endless
	seed  uint64
	span  time.Duration
	by    [endings]atomic.Int64
	busy  atomic.Int64
}

func (c *cuts) figures() any {
	return map[string]any{
		"by_client": c.by[byClient].Load(), "by_fin": c.by[byFIN].Load(), "by_rst": c.by[byRST].Load(),
		"had_received": c.busy.Load(),
	}
}

func (c *cuts) all(ctx context.Context, p *peer, count int) error {
	var next atomic.Int64
	return together(min(sideBySide, count), func(int) error {
		for number := next.Add(1); number <= int64(count); number = next.Add(1) {
			if err := c.one(ctx, p, uint64(number)); err != nil {
				return fmt.Errorf("cut %d: %w", number, err)
			}
		}
		return nil
	})
}

// one cuts a session; whatever the session says of that is right, as long as it ends.
func (c *cuts) one(ctx context.Context, p *peer, number uint64) error {
	random := rand.New(rand.NewPCG(c.seed, number))
	how, after := ending(random.IntN(int(endings))), time.Duration(random.Int64N(int64(c.span)))
	ctx, cancel := context.WithCancel(ctx)
	defer cancel()
	var between relay
	received := new(counter)
	ended := make(chan error, 1)
	go func() { ended <- c.begin(ctx, p.routed(between.route), received) }()
	select {
	case err := <-ended:
		return fmt.Errorf("ended before it was cut: %v", err)
	case <-time.After(after):
	}
	c.count(how, received)
	if how == byClient {
		cancel()
		defer between.cut(false)
	} else {
		between.cut(how == byRST)
	}
	return awaitEnd(ended, p.limit)
}

func (c *cuts) count(how ending, received *counter) {
	c.by[how].Add(1)
	if received.bytes.Load() > 0 {
		c.busy.Add(1)
	}
}

func awaitEnd(ended <-chan error, limit time.Duration) error {
	select {
	case <-ended:
		return nil
	case <-time.After(limit):
		return fmt.Errorf("the client's session did not end %v after it was cut", limit)
	}
}
