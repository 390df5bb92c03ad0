// Command streamclient holds a runtime's streaming server to what the clients of Kubernetes ask of it: it gets the URL of an Exec, Attach
// or PortForward over the CRI socket and streams with client-go's own executors and port forwarder, as kubectl does.
//
//	streamclient COMMAND --socket PATH [--transport spdy|websocket] [--protocol NAME] [--limit 60s] [flags of the command]
//
// Every command prints one line of JSON and ends with status 0 if all was right, 1 if not, 2 if it was called wrongly:
//
//	exec        --container ID --bytes N            N bytes through cat; in only; out only, on stdout and on stderr: counts and digests
//	sessions    --container ID --bytes N --count C  C times N bytes through cat, all at once
//	cut         --kind K --count C --seed S         sessions ended at random instants, by the client, by FIN and by RST; then a clean one
//	exit        --container ID --code N             the exit code arrives
//	tty         --container ID                      size and resize are seen by stty, lines end with CRLF, stderr is on stdout
//	halfclose   --container ID --bytes N            each side ends its direction first, and the other one is still whole
//	attach      --container ID --count C            C attachments at once see each other's lines; the process outlives them
//	portforward --pod ID --target PORT --bytes N --count C   C connections at once, N bytes there and back, ended by half-close
//	loop        --kind K --count C                  C operations one after another: p50, p99 and slowest in milliseconds
//	serve       --port N                            a TCP echo server, for port-forward: run it in the pod
//
// K is exec, attach or portforward, and for loop also badtty, an exec with a terminal that fails. The container needs busybox; to be
// attached to, it runs a program that repeats its standard input line by line, has `stdin` and neither `tty` nor `stdin_once`. Without
// --protocol the client offers what client-go does; a server with a certificate of its own is taken at its word.
package main

import (
	"context"
	"encoding/json"
	"flag"
	"fmt"
	"os"
	"strings"
)

// check is a command whose flags have been read: it returns its figures and what was wrong.
type check func(ctx context.Context, p *peer) (any, error)

// commands declare their flags and return what is to be run once these are read.
var commands = map[string]func(*flag.FlagSet) check{
	"exec":        execCommand,
	"sessions":    sessionsCommand,
	"cut":         cutCommand,
	"exit":        exitCommand,
	"tty":         ttyCommand,
	"halfclose":   halfCloseCommand,
	"attach":      attachCommand,
	"portforward": portForwardCommand,
	"loop":        loopCommand,
	"serve":       serveCommand,
}

// verdict is the line that a command prints.
type verdict struct {
	Command   string   `json:"command"`
	Transport string   `json:"transport"`
	OK        bool     `json:"ok"`
	Failures  []string `json:"failures,omitempty"`
	Figures   any      `json:"figures,omitempty"`
}

func main() {
	if len(os.Args) < 2 || commands[os.Args[1]] == nil {
		fmt.Fprintln(os.Stderr, "usage: streamclient COMMAND --socket PATH [flags]; the commands are exec, sessions, cut, exit, tty,",
			"halfclose, attach, portforward, loop and serve")
		os.Exit(2)
	}
	os.Exit(run(os.Args[1], os.Args[2:]))
}

func run(name string, arguments []string) int {
	flags := flag.NewFlagSet(name, flag.ExitOnError)
	p := peerFlags(flags)
	chosen := commands[name](flags)
	_ = flags.Parse(arguments) // ends the program itself
	if flags.NArg() > 0 {
		fmt.Fprintf(os.Stderr, "%s: unexpected argument %q\n", name, flags.Arg(0))
		return 2
	}
	figures, err := connected(p, chosen)
	return report(verdict{Command: name, Transport: p.transport, OK: err == nil, Failures: lines(err), Figures: figures})
}

func connected(p *peer, chosen check) (any, error) {
	disconnect, err := p.connect()
	if err != nil {
		return nil, err
	}
	defer disconnect()
	return chosen(context.Background(), p)
}

// lines are the failures that were joined.
func lines(err error) []string {
	if err == nil {
		return nil
	}
	return strings.Split(err.Error(), "\n")
}

func report(v verdict) int {
	if err := json.NewEncoder(os.Stdout).Encode(v); err != nil {
		fmt.Fprintln(os.Stderr, "print the verdict:", err)
		return 1
	}
	if !v.OK {
		return 1
	}
	return 0
}
