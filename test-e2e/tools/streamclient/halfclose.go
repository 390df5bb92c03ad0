package main

import (
	"context"
	"errors"
	"flag"
	"fmt"
	"io"
	"strconv"
	"strings"
)

func halfCloseCommand(flags *flag.FlagSet) check {
	count := flags.Int64("bytes", 1<<20, "bytes in each direction")
	return func(ctx context.Context, p *peer) (any, error) {
		return map[string]any{"bytes": *count}, errors.Join(
			named("output after the end of input", outputAfterInput(ctx, p, *count)),
			named("end of the program while input stays open", endWithOpenInput(ctx, p, *count)),
			named("input that nobody reads", unreadInput(ctx, p, *count)))
	}
}

func named(what string, err error) error {
	if err == nil {
		return nil
	}
	return fmt.Errorf("%s: %w", what, err)
}

// outputAfterInput: the program writes only once its input has ended.
func outputAfterInput(ctx context.Context, p *peer, count int64) error {
	sent, received := newTally(), newTally()
	answer := &firstLine{rest: received}
	s := session{
		command: []string{"sh", "-c", `sha256sum; yes "$0" | head -c "$1"`, line, strconv.FormatInt(count, 10)},
		stdin:   io.TeeReader(io.LimitReader(noise(3), count), sent),
		stdout:  answer,
	}
	if err := p.hold(ctx, s); err != nil {
		return err
	}
	if !strings.HasPrefix(answer.text.String(), sent.sha256()) {
		return fmt.Errorf("sha256sum says %q of %d bytes with %s", answer.text.String(), sent.bytes, sent.sha256())
	}
	return requireLines(received, count)
}

// endWithOpenInput: the session ends with the program, and with all of its output, although the client never ends the input.
func endWithOpenInput(ctx context.Context, p *peer, count int64) error {
	open, end := io.Pipe()
	defer end.Close()
	received := newTally()
	command := []string{"sh", "-c", `yes "$0" | head -c "$1"; exit 3`, line, strconv.FormatInt(count, 10)}
	if err := requireCode(3, p.hold(ctx, session{command: command, stdin: open, stdout: received})); err != nil {
		return err
	}
	return requireLines(received, count)
}

// unreadInput: the program reads nothing of a long input and ends.
func unreadInput(ctx context.Context, p *peer, count int64) error {
	received := newTally()
	command := []string{"sh", "-c", `exec < /dev/null; yes "$0" | head -c "$1"; exit 4`, line, strconv.FormatInt(count, 10)}
	if err := requireCode(4, p.hold(ctx, session{command: command, stdin: noise(4), stdout: received})); err != nil {
		return err
	}
	return requireLines(received, count)
}

func requireLines(received *tally, count int64) error {
	wanted, err := tallyOf(repeated(line+"\n"), count)
	if err != nil {
		return err
	}
	return received.require(wanted)
}

// firstLine keeps the first line and passes the rest on.
type firstLine struct {
	text  strings.Builder
	ended bool
	rest  io.Writer
}

func (f *firstLine) Write(content []byte) (int, error) {
	for index, each := range content {
		if f.ended {
			_, err := f.rest.Write(content[index:])
			return len(content), err
		}
		f.text.WriteByte(each)
		f.ended = each == '\n'
	}
	return len(content), nil
}
