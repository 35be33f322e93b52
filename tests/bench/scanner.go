// Go's bufio.Scanner as tests/bench/framing.ts runs it: its standard input is
// read whole, then cut into strings of one line each. Prints three numbers:
// lines, the sum of their bytes, and microseconds of CPU time of the cutting.
package main

import (
	"bufio"
	"bytes"
	"fmt"
	"io"
	"os"
	"runtime"
	"syscall"
)

// Lines land here, as they land in an array in the other candidates. Otherwise
// the compiler sees that nobody keeps the strings and makes none.
var kept [4096]string

func cpuMicroseconds() int64 {
	var usage syscall.Rusage
	syscall.Getrusage(syscall.RUSAGE_SELF, &usage)
	return (usage.Utime.Sec+usage.Stime.Sec)*1_000_000 + int64(usage.Utime.Usec+usage.Stime.Usec)
}

func main() {
	input, err := io.ReadAll(os.Stdin)
	if err != nil {
		panic(err)
	}
	runtime.GC() // what reading left behind is not the cutting's to collect
	before := cpuMicroseconds()
	scanner := bufio.NewScanner(bytes.NewReader(input))
	// The default of 64 KiB refuses a line of exactly 64 KiB.
	scanner.Buffer(make([]byte, 64*1024), 1024*1024)
	lines, length := 0, 0
	for scanner.Scan() {
		line := scanner.Text()
		kept[lines%len(kept)] = line
		lines++
		length += len(line)
	}
	fmt.Println(lines, length, cpuMicroseconds()-before)
}
