package main

import (
	"context"
	"errors"
	"flag"
	"fmt"
	"io"
	"strconv"
	"strings"
	"time"
)

// transfer is what went through one session.
type transfer struct {
	Direction string  `json:"direction"`
	Bytes     int64   `json:"bytes"`
	SHA256    string  `json:"sha256"`
	Seconds   float64 `json:"seconds"`
}

func execCommand(flags *flag.FlagSet) check {
	count := flags.Int64("bytes", 1<<20, "bytes in each direction")
	return func(ctx context.Context, p *peer) (any, error) {
		directions := []struct {
			name string
			pass func(context.Context, *peer, int64) (*tally, error)
		}{{"both", echoed}, {"in", consumed}, {"stdout", produced(false)}, {"stderr", produced(true)}}
		var transfers []transfer
		var failures []error
		for _, direction := range directions {
			begin := time.Now()
			seen, err := direction.pass(ctx, p, *count)
			if err != nil {
				failures = append(failures, fmt.Errorf("%s: %w", direction.name, err))
				continue
			}
			transfers = append(transfers, transfer{direction.name, seen.bytes, seen.sha256(), time.Since(begin).Seconds()})
		}
		return transfers, errors.Join(failures...)
	}
}

// echoed sends bytes through cat.
func echoed(ctx context.Context, p *peer, count int64) (*tally, error) {
	return echo(ctx, p, 1, count)
}

func echo(ctx context.Context, p *peer, seed uint64, count int64) (*tally, error) {
	sent, received, complaints := newTally(), newTally(), newTranscript()
	stdin := io.TeeReader(io.LimitReader(noise(seed), count), sent)
	if err := p.hold(ctx, session{command: []string{"cat"}, stdin: stdin, stdout: received, stderr: complaints}); err != nil {
		return nil, err
	}
	if text := complaints.String(); text != "" {
		return nil, fmt.Errorf("output on stderr: %q", text)
	}
	if sent.bytes != count {
		return nil, fmt.Errorf("%d of %d bytes were sent", sent.bytes, count)
	}
	return received, received.require(sent)
}

// consumed sends bytes to a program that answers with their digest only.
func consumed(ctx context.Context, p *peer, count int64) (*tally, error) {
	sent, answer := newTally(), newTranscript()
	stdin := io.TeeReader(io.LimitReader(noise(2), count), sent)
	if err := p.hold(ctx, session{command: []string{"sha256sum"}, stdin: stdin, stdout: answer}); err != nil {
		return nil, err
	}
	if got := strings.Fields(answer.String()); len(got) == 0 || got[0] != sent.sha256() {
		return nil, fmt.Errorf("sha256sum says %q of %d bytes with %s", got, sent.bytes, sent.sha256())
	}
	return sent, nil
}

// produced reads bytes from one output of a program and none from the other.
func produced(onStderr bool) func(context.Context, *peer, int64) (*tally, error) {
	script := `yes "$0" | head -c "$1"`
	if onStderr {
		script += " >&2"
	}
	return func(ctx context.Context, p *peer, count int64) (*tally, error) {
		full, empty := newTally(), newTally()
		s := session{command: []string{"sh", "-c", script, line, strconv.FormatInt(count, 10)}, stdout: full, stderr: empty}
		if onStderr {
			s.stdout, s.stderr = empty, full
		}
		if err := p.hold(ctx, s); err != nil {
			return nil, err
		}
		wanted, err := tallyOf(repeated(line+"\n"), count)
		if err != nil {
			return nil, err
		}
		return full, errors.Join(full.require(wanted), empty.require(newTally()))
	}
}

func sessionsCommand(flags *flag.FlagSet) check {
	count := flags.Int("count", 50, "sessions at once")
	size := flags.Int64("bytes", 1<<20, "bytes through each")
	return func(ctx context.Context, p *peer) (any, error) {
		begin := time.Now()
		err := together(*count, func(index int) error {
			_, err := echo(ctx, p, uint64(index), *size)
			return err
		})
		return map[string]any{"sessions": *count, "bytes": *size, "seconds": time.Since(begin).Seconds()}, err
	}
}

func exitCommand(flags *flag.FlagSet) check {
	code := flags.Int("code", 0, "exit code of the program")
	return func(ctx context.Context, p *peer) (any, error) {
		output := newTranscript()
		command := []string{"sh", "-c", `echo ending; exit "$0"`, strconv.Itoa(*code)}
		err := requireCode(*code, p.hold(ctx, session{command: command, stdout: output, stderr: io.Discard}))
		if text := output.String(); text != "ending\n" {
			err = errors.Join(err, fmt.Errorf("the output was %q", text))
		}
		return map[string]any{"code": *code}, err
	}
}
