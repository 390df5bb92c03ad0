package main

import (
	"context"
	"errors"
	"flag"
	"fmt"
	"io"
	"os"
	"strings"
	"sync/atomic"
)

// attachments numbers those of this run, so that each has lines of its own.
var attachments atomic.Int64

// attachment is a session with a container's first process, which repeats what it is told.
type attachment struct {
	name   string
	typed  *io.PipeWriter
	output *transcript
	cancel context.CancelFunc
	ended  chan error
}

// attach returns once a line has come back.
func (p *peer) attach(ctx context.Context) (*attachment, error) {
	keyboard, typed := io.Pipe()
	ctx, cancel := context.WithCancel(ctx)
	name := fmt.Sprintf("%d-%d", os.Getpid(), attachments.Add(1))
	a := &attachment{name: name, typed: typed, output: newTranscript(), cancel: cancel, ended: make(chan error, 1)}
	go func() {
		err := p.hold(ctx, session{stdin: keyboard, stdout: a.output, stderr: io.Discard})
		_ = keyboard.CloseWithError(fmt.Errorf("the session has ended: %v", err))
		a.ended <- err
	}()
	waiting, done := p.limited(ctx)
	defer done()
	if err := errors.Join(a.say("first"), a.await(waiting, "first", a.name)); err != nil {
		return nil, errors.Join(err, a.detach())
	}
	return a, nil
}

func spoken(word, name string) string { return fmt.Sprintf("%s of %s\n", word, name) }

func (a *attachment) say(word string) error {
	_, err := io.WriteString(a.typed, spoken(word, a.name))
	return err
}

func (a *attachment) await(ctx context.Context, word, name string) error {
	wanted := spoken(word, name)
	return a.output.await(ctx, fmt.Sprintf("%q", wanted), func(text string) bool { return strings.Contains(text, wanted) })
}

// detach leaves the process running.
func (a *attachment) detach() error {
	a.cancel()
	err := <-a.ended
	_ = a.typed.Close()
	if errors.Is(err, context.Canceled) {
		return nil
	}
	return fmt.Errorf("the session ended before the client left it: %v", err)
}

func attachCommand(flags *flag.FlagSet) check {
	count := flags.Int("count", 5, "attachments at once")
	return func(ctx context.Context, p *peer) (any, error) {
		all := make([]*attachment, *count)
		err := together(*count, func(index int) (err error) {
			all[index], err = p.attach(ctx)
			return err
		})
		if err == nil {
			err = everybodyHearsAll(ctx, p, all)
		}
		for _, each := range all {
			if each != nil {
				err = errors.Join(err, each.detach())
			}
		}
		return map[string]any{"attachments": *count}, errors.Join(err, named("attach after the others", attachOnce(ctx, p)))
	}
}

func everybodyHearsAll(ctx context.Context, p *peer, all []*attachment) error {
	ctx, cancel := p.limited(ctx)
	defer cancel()
	return together(len(all), func(index int) error {
		if err := all[index].say("word"); err != nil {
			return err
		}
		for _, speaker := range all {
			if err := all[index].await(ctx, "word", speaker.name); err != nil {
				return err
			}
		}
		return nil
	})
}

// attachOnce attaches, has a line repeated, and leaves.
func attachOnce(ctx context.Context, p *peer) error {
	a, err := p.attach(ctx)
	if err != nil {
		return err
	}
	return a.detach()
}
