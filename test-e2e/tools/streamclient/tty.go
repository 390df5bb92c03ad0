package main

import (
	"context"
	"errors"
	"flag"
	"fmt"
	"io"
	"regexp"
	"strings"

	"k8s.io/client-go/tools/remotecommand"
)

var sizeAnswer = regexp.MustCompile(`(\d+ \d+)\r\n`)

// sizes of a terminal, in the order in which the client changes them.
type sizes chan remotecommand.TerminalSize

// Next is nil once no size can follow.
func (s sizes) Next() *remotecommand.TerminalSize {
	if size, open := <-s; open {
		return &size
	}
	return nil
}

func ttyCommand(*flag.FlagSet) check {
	return func(ctx context.Context, p *peer) (any, error) {
		ctx, cancel := p.limited(ctx)
		defer cancel()
		output := newTranscript()
		err := converse(ctx, p, output)
		text := output.String()
		if !strings.Contains(text, "on stderr\r\n") {
			err = errors.Join(err, errors.New("what the program wrote to stderr did not come"))
		}
		if bare := strings.Count(text, "\n") - strings.Count(text, "\r\n"); bare != 0 {
			err = errors.Join(err, fmt.Errorf("%d lines do not end with CRLF", bare))
		}
		return map[string]any{"asked": len(sizeAnswer.FindAllString(text, -1))}, err
	}
}

// converse asks for the size with every line; end-of-file, as typed, ends the program. A terminal whose size has not come yet has none,
// and for that busybox only fails.
func converse(ctx context.Context, p *peer, output *transcript) error {
	keyboard, typed := io.Pipe()
	defer typed.Close()
	changes := make(sizes, 1)
	defer close(changes)
	changes <- remotecommand.TerminalSize{Width: 100, Height: 40}
	script := `echo "on stderr" >&2; while read -r _; do stty size 2>/dev/null || echo 0 0; done; exit 7`
	ended := make(chan error, 1)
	talking, stop := context.WithCancelCause(ctx)
	go func() {
		err := p.hold(ctx, session{command: []string{"sh", "-c", script}, stdin: keyboard, stdout: output, tty: true, sizes: changes})
		gone := fmt.Errorf("the session has ended: %v", err)
		_ = keyboard.CloseWithError(gone)
		stop(gone)
		ended <- err
	}()
	if err := typeSizes(talking, typed, changes, output); err != nil {
		return err
	}
	return requireCode(7, <-ended)
}

func typeSizes(ctx context.Context, typed io.Writer, changes sizes, output *transcript) error {
	if err := untilSize(ctx, typed, output, "40 100"); err != nil {
		return err
	}
	changes <- remotecommand.TerminalSize{Width: 132, Height: 50}
	if err := untilSize(ctx, typed, output, "50 132"); err != nil {
		return err
	}
	_, err := io.WriteString(typed, "\x04")
	return err
}

// untilSize asks again after each answer: nothing says when a resize has arrived.
func untilSize(ctx context.Context, typed io.Writer, output *transcript, wanted string) error {
	for {
		before := len(sizeAnswer.FindAllString(output.String(), -1))
		if _, err := io.WriteString(typed, "\n"); err != nil {
			return fmt.Errorf("size %s: %w", wanted, err)
		}
		var last string
		err := output.await(ctx, "size "+wanted, func(text string) bool {
			answers := sizeAnswer.FindAllStringSubmatch(text, -1)
			if len(answers) <= before {
				return false
			}
			last = answers[len(answers)-1][1]
			return true
		})
		if err != nil || last == wanted {
			return err
		}
	}
}
