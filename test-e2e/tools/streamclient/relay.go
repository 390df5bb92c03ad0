package main

import (
	"errors"
	"io"
	"net"
	"net/url"
	"sync"
)

// relay stands between client and server and can end their connections in the middle of anything.
type relay struct {
	listener    net.Listener
	server      string
	lock        sync.Mutex
	ended       bool
	connections []*net.TCPConn
}

// route opens a relay to the server that the URL names.
func (r *relay) route(given *url.URL) (*url.URL, error) {
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		return nil, err
	}
	r.server = given.Host
	if err := r.listen(listener); err != nil {
		return nil, err
	}
	other := *given
	other.Host = listener.Addr().String()
	return &other, nil
}

func (r *relay) listen(listener net.Listener) error {
	r.lock.Lock()
	defer r.lock.Unlock()
	if r.ended {
		return errors.Join(errors.New("cut before the connection"), listener.Close())
	}
	r.listener = listener
	go r.accept(listener)
	return nil
}

func (r *relay) accept(listener net.Listener) {
	for {
		near, err := listener.Accept()
		if err != nil {
			return
		}
		far, err := net.Dial("tcp", r.server)
		if err != nil {
			_ = near.Close()
			continue
		}
		if r.add(near.(*net.TCPConn), far.(*net.TCPConn)) {
			go pass(near, far)
			go pass(far, near)
		}
	}
}

func (r *relay) add(pair ...*net.TCPConn) bool {
	r.lock.Lock()
	defer r.lock.Unlock()
	r.connections = append(r.connections, pair...)
	if r.ended {
		r.close()
	}
	return !r.ended
}

func pass(to, from net.Conn) {
	_, _ = io.Copy(to, from)
	_ = to.Close()
	_ = from.Close()
}

// cut ends everything: with RST if it is to be abrupt, else with FIN.
func (r *relay) cut(abrupt bool) {
	r.lock.Lock()
	defer r.lock.Unlock()
	r.ended = true
	if abrupt {
		for _, each := range r.connections {
			_ = each.SetLinger(0)
		}
	}
	r.close()
}

func (r *relay) close() {
	if r.listener != nil {
		_ = r.listener.Close()
	}
	for _, each := range r.connections {
		_ = each.Close()
	}
}
