#!/usr/bin/python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""A TCP proxy before an SMB server that knows just enough of SMB2 to lose chosen replies.

Usage: proxy.py LISTEN-ADDRESS SERVER-ADDRESS     both on port 445
Orders, a word line each on standard input; what happened is told on standard output:
  lose-rename cut|hold    the next reply to a SET_INFO that renames is swallowed; then the connection is cut, or stays half-open
  lose-create cut|hold    the same for the next reply to a CREATE
  stop                    nothing is forwarded any more, in neither direction; connections stay open
  go                      everything is forwarded again
"""
import asyncio
import struct
import sys

CREATE, SET_INFO = 0x05, 0x11
FILE_INFO, RENAME_CLASSES = 1, (10, 65)  # FileRenameInformation, FileRenameInformationEx


class Proxy:
    def __init__(self):
        self.wish = None  # (what, manner)
        self.open = asyncio.Event()
        self.open.set()

    def say(self, text):
        print(text, flush=True)

    async def orders(self):
        reader = asyncio.StreamReader()
        await asyncio.get_running_loop().connect_read_pipe(lambda: asyncio.StreamReaderProtocol(reader), sys.stdin)
        while line := await reader.readline():
            words = line.decode().split()
            if words == ["stop"]:
                self.open.clear()
            elif words == ["go"]:
                self.open.set()
            else:
                self.wish = (words[0], words[1])
            self.say("done " + words[0])

    async def serve(self, client_in, client_out):
        server_in, server_out = await asyncio.open_connection(sys.argv[2], 445)
        lost = set()  # message ids whose replies are to be swallowed
        held = asyncio.Event()
        manner = {}

        def ask(packet):
            """Looks through the requests of one packet, also compounded ones."""
            at = 0
            while packet[at:at + 4] == b"\xfeSMB":
                command, = struct.unpack_from("<H", packet, at + 12)
                following, message = struct.unpack_from("<I", packet, at + 20)[0], struct.unpack_from("<Q", packet, at + 24)[0]
                body = at + 64
                rename = command == SET_INFO and packet[body + 2] == FILE_INFO and packet[body + 3] in RENAME_CLASSES
                if self.wish and (self.wish[0] == "lose-rename" and rename or self.wish[0] == "lose-create" and command == CREATE):
                    lost.add(message)
                    manner["is"] = self.wish[1]
                    self.wish = None
                if following == 0:
                    return
                at += following

        def is_lost(packet):
            return packet[:4] == b"\xfeSMB" and struct.unpack_from("<Q", packet, 24)[0] in lost

        async def pump(source, target, is_reply):
            try:
                while True:
                    head = await source.readexactly(4)
                    packet = await source.readexactly(int.from_bytes(head[1:], "big"))
                    await self.open.wait()
                    if held.is_set():
                        continue
                    if not is_reply:
                        ask(packet)
                    elif is_lost(packet):
                        self.say("lost a reply")
                        if manner["is"] == "cut":
                            break
                        held.set()
                        continue
                    target.write(head + packet)
                    await target.drain()
            except (asyncio.IncompleteReadError, ConnectionError):
                pass
            for side in (client_out, server_out):
                side.close()

        await asyncio.gather(pump(client_in, server_out, False), pump(server_in, client_out, True))

    async def run(self):
        server = await asyncio.start_server(self.serve, sys.argv[1], 445)
        self.say("listening")
        await self.orders()
        server.close()


asyncio.run(Proxy().run())
