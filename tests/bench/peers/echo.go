// An echo server in Go as one writes it: a goroutine for each client with a
// loop of Read and Write on 64 KiB. (io.Copy would let the kernel splice: not a
// loop that a program could look into.)
package main

import (
	"fmt"
	"net"
	"os"
)

func echo(conn net.Conn) {
	defer conn.Close()
	message := make([]byte, 64*1024)
	for {
		n, err := conn.Read(message)
		if err != nil {
			return
		}
		if _, err = conn.Write(message[:n]); err != nil {
			return
		}
	}
}

func main() {
	listener, err := net.Listen("tcp", "127.0.0.1:"+os.Args[1])
	if err != nil {
		fmt.Fprintln(os.Stderr, err)
		os.Exit(1)
	}
	fmt.Fprintf(os.Stderr, "Listening on %s\n", listener.Addr())
	for {
		conn, err := listener.Accept()
		if err == nil {
			go echo(conn)
		}
	}
}
