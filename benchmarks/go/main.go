// The channel suite of Millrace's benchmarks for Go's channels: the same grid, the same numbers of messages, the same
// lines of results. "go run . ROUND CELLS" measures every cell whose name matches the regular expression. Goroutines
// stand among virtual threads. Go has no unbounded channel.
package main

import (
	"fmt"
	"os"
	"regexp"
	"sync"
	"syscall"
	"time"
)

const (
	runs   = 3
	warmUp = 200 * time.Millisecond
)

type pattern struct {
	title              string
	senders, receivers int
}

type capacity struct {
	title           string
	bound, messages int
	holdsAll        bool
}

var patterns = []pattern{{"seq", 0, 0}, {"spsc", 1, 1}, {"mpsc", 4, 1}, {"spmc", 1, 4}, {"mpmc", 4, 4}}

var capacities = []capacity{
	{"0", 0, 100_000, false},
	{"1", 1, 100_000, false},
	{"128", 128, 400_000, false},
	{"N", 1_000_000, 1_000_000, true},
}

func send(channel chan int, count int) {
	for i := 0; i < count; i++ {
		channel <- i
	}
}

func receive(channel chan int, count int) {
	for i := 0; i < count; i++ {
		<-channel
	}
}

func run(p pattern, c capacity) {
	channel := make(chan int, c.bound)
	if p.senders == 0 {
		send(channel, c.messages)
		receive(channel, c.messages)
		return
	}
	var parties sync.WaitGroup
	start := func(party func(chan int, int), count int) {
		parties.Add(1)
		go func() {
			defer parties.Done()
			party(channel, count)
		}()
	}
	for i := 0; i < p.senders; i++ {
		start(send, c.messages/p.senders)
	}
	for i := 0; i < p.receivers; i++ {
		start(receive, c.messages/p.receivers)
	}
	parties.Wait()
}

// CPU time of this process.
func cpuNanos() int64 {
	var usage syscall.Rusage
	if err := syscall.Getrusage(syscall.RUSAGE_SELF, &usage); err != nil {
		panic(err)
	}
	return usage.Utime.Nano() + usage.Stime.Nano()
}

func main() {
	if len(os.Args) != 3 {
		fmt.Fprintln(os.Stderr, "usage: channel-suite ROUND CELLS")
		os.Exit(2)
	}
	round, cells := os.Args[1], regexp.MustCompile(os.Args[2])
	for _, p := range patterns {
		for _, c := range capacities {
			cell := fmt.Sprintf("virtual/%s/%s", p.title, c.title)
			if (p.senders == 0 && !c.holdsAll) || !cells.MatchString(cell) {
				continue
			}
			for start := time.Now(); time.Since(start) < warmUp; {
				run(p, c)
			}
			for i := 0; i < runs; i++ {
				cpuBefore, before := cpuNanos(), time.Now()
				run(p, c)
				nanos := time.Since(before).Nanoseconds()
				fmt.Printf("%s,go,virtual,%s,%s,%d,%d,%d,-1\n",
					round, p.title, c.title, c.messages, nanos, cpuNanos()-cpuBefore)
			}
		}
	}
}
