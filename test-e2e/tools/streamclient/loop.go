package main

import (
	"context"
	"errors"
	"flag"
	"fmt"
	"io"
	"slices"
	"time"
)

// latencies are those of operations done one after another.
type latencies struct {
	Kind  string  `json:"kind"`
	Count int     `json:"count"`
	P50   float64 `json:"p50_ms"`
	P99   float64 `json:"p99_ms"`
	Max   float64 `json:"max_ms"`
	Total float64 `json:"seconds"`
}

func loopCommand(flags *flag.FlagSet) check {
	kind := flags.String("kind", "exec", "exec, attach, portforward or badtty")
	count := flags.Int("count", 100, "operations")
	target := flags.Int("target", 0, "port of an echo server in the pod")
	return func(ctx context.Context, p *peer) (any, error) {
		operation, err := operationOf(*kind, *target)
		if err != nil {
			return nil, err
		}
		var taken []time.Duration
		for index := range *count {
			begin := time.Now()
			if err := operation(ctx, p); err != nil {
				return measured(*kind, taken), fmt.Errorf("operation %d: %w", index+1, err)
			}
			taken = append(taken, time.Since(begin))
		}
		return measured(*kind, taken), named("an exec after the others", after(ctx, p, *kind))
	}
}

// after tells a server that refused what it had to from one that is gone.
func after(ctx context.Context, p *peer, kind string) error {
	if kind != "badtty" {
		return nil
	}
	return execOnce(ctx, p)
}

func operationOf(kind string, target int) (func(context.Context, *peer) error, error) {
	switch kind {
	case "exec":
		return execOnce, nil
	case "attach":
		return attachOnce, nil
	case "portforward":
		return func(ctx context.Context, p *peer) error { return forwardOnce(ctx, p, target) }, nil
	case "badtty":
		return failWithTerminal, nil
	default:
		return nil, fmt.Errorf("--kind %q is not one of exec, attach, portforward and badtty", kind)
	}
}

func execOnce(ctx context.Context, p *peer) error {
	output := newTranscript()
	if err := p.hold(ctx, session{command: []string{"echo", "done"}, stdout: output, stderr: io.Discard}); err != nil {
		return err
	}
	if text := output.String(); text != "done\n" {
		return fmt.Errorf("the output was %q", text)
	}
	return nil
}

// failWithTerminal asks for a terminal for a program that is not there.
func failWithTerminal(ctx context.Context, p *peer) error {
	keyboard, typed := io.Pipe()
	defer typed.Close()
	err := p.hold(ctx, session{command: []string{"/no/such/program"}, stdin: keyboard, stdout: io.Discard, tty: true})
	if err == nil {
		return errors.New("a program that is not there ran")
	}
	var late overdue
	if errors.As(err, &late) {
		return err
	}
	return nil
}

func measured(kind string, taken []time.Duration) latencies {
	figures := latencies{Kind: kind, Count: len(taken)}
	if len(taken) == 0 {
		return figures
	}
	var total time.Duration
	for _, each := range taken {
		total += each
	}
	slices.Sort(taken)
	at := func(share float64) float64 { return milliseconds(taken[int(share*float64(len(taken)-1)+0.5)]) }
	figures.P50, figures.P99, figures.Max, figures.Total = at(0.5), at(0.99), at(1), total.Seconds()
	return figures
}

func milliseconds(d time.Duration) float64 { return float64(d.Microseconds()) / 1000 }
