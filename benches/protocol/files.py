#!/usr/bin/env python3
"""Opens and closes many files in a language server, and prints what memory and threads remain. Linux only."""

import argparse
import json
import os
import shlex
import subprocess
import time

POD = """apiVersion: v1
kind: Pod
metadata:
  name: web-{0}
spec:
  containers:
  - name: web
    image: nginx:1.29
    ports:
    - containerPort: 80
      nmae: http
    volumeMounts:
    - name: data
      mountPath: /data
"""


class Server:
    def __init__(self, command):
        self.process = subprocess.Popen(shlex.split(command), stdin=subprocess.PIPE, stdout=subprocess.PIPE)
        self.send({"id": 1, "method": "initialize", "params": {"capabilities": {}}})
        self.receive()
        self.send({"method": "initialized", "params": {}})

    def send(self, message):
        body = json.dumps({"jsonrpc": "2.0", **message}).encode()
        self.process.stdin.write(b"Content-Length: %d\r\n\r\n" % len(body) + body)
        self.process.stdin.flush()

    def receive(self):
        header = self.process.stdout.readline()
        self.process.stdout.readline()
        return json.loads(self.process.stdout.read(int(header.split(b":")[1])))

    def wait_for(self, uris):
        """Until each of the files has got its list of diagnostics."""
        uris = set(uris)
        while uris:
            message = self.receive()
            if message.get("method") == "textDocument/publishDiagnostics":
                uris.discard(message["params"]["uri"])

    def usage(self):
        with open(f"/proc/{self.process.pid}/status") as status:
            fields = dict(line.split(":", 1) for line in status)
        threads = len(os.listdir(f"/proc/{self.process.pid}/task"))
        return f"{int(fields['VmRSS'].split()[0]) / 1024:6.0f} MB, {threads} threads"


def main():
    arguments = argparse.ArgumentParser(description=__doc__)
    arguments.add_argument("--server", default="target/release/podls", help="the command")
    arguments.add_argument("--files", type=int, default=10_000)
    arguments.add_argument("--rounds", type=int, default=3)
    arguments.add_argument("--rest", type=float, default=1, help="seconds of rest at the end")
    arguments = arguments.parse_args()

    server = Server(arguments.server)
    print("at the start  ", server.usage())
    uris = [f"file:///work/{number}.yaml" for number in range(arguments.files)]
    for _ in range(arguments.rounds):
        for begin in range(0, len(uris), 500):
            some = uris[begin : begin + 500]
            for uri in some:
                document = {"uri": uri, "languageId": "yaml", "version": 1, "text": POD.format(uri)}
                server.send({"method": "textDocument/didOpen", "params": {"textDocument": document}})
            server.wait_for(some)
        print("all open      ", server.usage())
        for begin in range(0, len(uris), 500):
            some = uris[begin : begin + 500]
            for uri in some:
                server.send({"method": "textDocument/didClose", "params": {"textDocument": {"uri": uri}}})
            server.wait_for(some)
        print("all closed    ", server.usage())
    time.sleep(arguments.rest)
    print("after a rest  ", server.usage())
    server.process.stdin.close()
    server.process.wait()


if __name__ == "__main__":
    main()
