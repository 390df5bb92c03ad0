package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"net/url"
	"sync"
	"time"

	"k8s.io/client-go/tools/remotecommand"
	"k8s.io/client-go/util/exec"
	cri "k8s.io/cri-api/pkg/apis/runtime/v1"
)

// closing is the longest time for a connection to be closed in order.
const closing = 5 * time.Second

// session is an exec or, without a command, an attach, with the streams that are not nil.
type session struct {
	command        []string
	stdin          io.Reader
	stdout, stderr io.Writer
	tty            bool
	sizes          remotecommand.TerminalSizeQueue
}

// hold runs the session to its end. The streams may still be in use if the context ended it.
func (p *peer) hold(ctx context.Context, s session) error {
	ctx, cancel := p.limited(ctx)
	defer cancel()
	server, err := p.sessionURL(ctx, s)
	if err != nil {
		return err
	}
	executor, err := p.executor(server)
	if err != nil {
		return err
	}
	options := remotecommand.StreamOptions{Stdin: s.stdin, Stdout: s.stdout, Stderr: s.stderr, Tty: s.tty, TerminalSizeQueue: s.sizes}
	ended := make(chan error, 1)
	go func() { ended <- executor.StreamWithContext(ctx, options) }()
	select {
	case err := <-ended:
		if err != nil && ctx.Err() != nil {
			return context.Cause(ctx)
		}
		return err
	case <-ctx.Done():
		return closed(ended, context.Cause(ctx))
	}
}

// closed gives the client time to close its connection, which it cannot while the server reads nothing.
func closed(ended <-chan error, cause error) error {
	select {
	case <-ended:
		return cause
	case <-time.After(closing):
		return fmt.Errorf("%w, and the connection could not be closed within %v", cause, closing)
	}
}

func (p *peer) sessionURL(ctx context.Context, s session) (*url.URL, error) {
	text, err := p.sessionAddress(ctx, s)
	if err != nil {
		return nil, err
	}
	return p.address(text)
}

func (p *peer) sessionAddress(ctx context.Context, s session) (string, error) {
	in, out, errors := s.stdin != nil, s.stdout != nil, s.stderr != nil
	if s.command == nil {
		answer, err := p.runtime.Attach(ctx, &cri.AttachRequest{
			ContainerId: p.container, Tty: s.tty, Stdin: in, Stdout: out, Stderr: errors})
		if err != nil {
			return "", fmt.Errorf("attach: %w", err)
		}
		return answer.Url, nil
	}
	answer, err := p.runtime.Exec(ctx, &cri.ExecRequest{
		ContainerId: p.container, Cmd: s.command, Tty: s.tty, Stdin: in, Stdout: out, Stderr: errors})
	if err != nil {
		return "", fmt.Errorf("exec: %w", err)
	}
	return answer.Url, nil
}

// exitCode is 0 for no error, and that of the program if that is what the error is about.
func exitCode(err error) (int, error) {
	var ended exec.CodeExitError
	if errors.As(err, &ended) {
		return ended.Code, nil
	}
	return 0, err
}

// requireCode tells of any other end of a session than this exit code.
func requireCode(wanted int, err error) error {
	code, err := exitCode(err)
	if err != nil {
		return err
	}
	if code != wanted {
		return fmt.Errorf("exit code %d instead of %d", code, wanted)
	}
	return nil
}

// together calls a function count times at once and joins what was wrong.
func together(count int, call func(index int) error) error {
	failures := make([]error, count)
	var all sync.WaitGroup
	for index := range count {
		all.Go(func() {
			if err := call(index); err != nil {
				failures[index] = fmt.Errorf("%d of %d: %w", index+1, count, err)
			}
		})
	}
	all.Wait()
	return errors.Join(failures...)
}
