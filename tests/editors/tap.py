#!/usr/bin/env python3
"""tap.py LOG SERVER [ARGUMENTS...]: is between an editor and a language server on standard input and output.

Passes every byte on untouched and appends each message to LOG, one JSON object a line: {"from": "client" | "server", "message": ...},
and at the end {"ended": the server's exit status}, with which it ends itself.
"""
import json
import subprocess
import sys
import threading

log, command = open(sys.argv[1], "a", buffering=1, encoding="utf-8"), sys.argv[2:]
server = subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE)
lock = threading.Lock()


def write(entry):
    with lock:
        log.write(json.dumps(entry) + "\n")


def pump(source, target, who):
    """Passes frames on until the source ends."""
    while True:
        head = b""
        while not head.endswith(b"\r\n\r\n"):
            byte = source.read(1)
            if not byte:
                return target.close()
            head += byte
        length = next(int(line.split(b":")[1]) for line in head.split(b"\r\n") if line.lower().startswith(b"content-length"))
        body = source.read(length)
        # The log first: so no answer can be logged before its request.
        write({"from": who, "message": json.loads(body)})
        target.write(head + body)
        target.flush()


threading.Thread(target=pump, args=(sys.stdin.buffer, server.stdin, "client"), daemon=True).start()
pump(server.stdout, sys.stdout.buffer, "server")
status = server.wait()
write({"ended": status})
sys.exit(status)
