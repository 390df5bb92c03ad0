package main

import (
	"bytes"
	"context"
	"crypto/sha256"
	"encoding/binary"
	"encoding/hex"
	"fmt"
	"hash"
	"io"
	"math/rand/v2"
	"sync"
)

// line has a prime number of bytes with its end, so that a block lost or swapped changes what follows.
const line = "a line of sixty-one bytes, repeated to make a long output..."

// largestTranscript is in bytes; a conversation is short.
const largestTranscript = 1 << 20

// noise is endless and follows from the seed.
func noise(seed uint64) io.Reader {
	var key [32]byte
	binary.LittleEndian.PutUint64(key[:], seed)
	return rand.NewChaCha8(key)
}

// repeated is the endless output of `yes`.
func repeated(text string) io.Reader {
	return &repeater{text: []byte(text)}
}

type repeater struct {
	text []byte
	at   int
}

func (r *repeater) Read(into []byte) (int, error) {
	for index := range into {
		into[index] = r.text[r.at]
		r.at = (r.at + 1) % len(r.text)
	}
	return len(into), nil
}

// tally counts and digests what is written to it.
type tally struct {
	bytes  int64
	digest hash.Hash
}

func newTally() *tally { return &tally{digest: sha256.New()} }

func (t *tally) Write(content []byte) (int, error) {
	t.bytes += int64(len(content))
	return t.digest.Write(content)
}

func (t *tally) sha256() string { return hex.EncodeToString(t.digest.Sum(nil)) }

// tallyOf reads the first bytes of an endless content.
func tallyOf(content io.Reader, count int64) (*tally, error) {
	t := newTally()
	_, err := io.CopyN(t, content, count)
	return t, err
}

func (t *tally) require(wanted *tally) error {
	if t.bytes != wanted.bytes || t.sha256() != wanted.sha256() {
		return fmt.Errorf("%d bytes with SHA-256 %s instead of %d with %s", t.bytes, t.sha256(), wanted.bytes, wanted.sha256())
	}
	return nil
}

// transcript is a short output that can be waited for.
type transcript struct {
	lock    sync.Mutex
	text    bytes.Buffer
	changed chan struct{}
}

func newTranscript() *transcript { return &transcript{changed: make(chan struct{})} }

func (t *transcript) Write(content []byte) (int, error) {
	t.lock.Lock()
	defer t.lock.Unlock()
	if t.text.Len()+len(content) > largestTranscript {
		return 0, fmt.Errorf("more than %d bytes of output", largestTranscript)
	}
	close(t.changed)
	t.changed = make(chan struct{})
	return t.text.Write(content)
}

func (t *transcript) String() string {
	t.lock.Lock()
	defer t.lock.Unlock()
	return t.text.String()
}

// await waits until what was written is what the caller is looking for.
func (t *transcript) await(ctx context.Context, what string, found func(string) bool) error {
	for {
		t.lock.Lock()
		text, changed := t.text.String(), t.changed
		t.lock.Unlock()
		if found(text) {
			return nil
		}
		select {
		case <-changed:
		case <-ctx.Done():
			return fmt.Errorf("%s did not come: %w; there is %.200q", what, context.Cause(ctx), text)
		}
	}
}
