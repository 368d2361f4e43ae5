#!/usr/bin/python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""One SMB client that does what it is told, line by line: a JSON object in, a JSON object out.

Usage: hostile.py HOST SHARE CONFIG
  {"op": "open", "name": "a.csv", "access": "rwd", "share": "rwd", "how": "create|open|overwrite|open-or-create", "oplock": "batch"}
      -> {"handle": 7}
  {"op": "write", "handle": 7, "text": "...", "at": 0}      {"op": "close", "handle": 7}
  {"op": "delete-on-close", "handle": 7}                    {"op": "rename", "from": "a", "to": "b"}
  {"op": "put", "name": "a.csv", "text": "..."}             {"op": "list", "name": "incoming"} -> {"names": [...]}
Every answer has "error" (an NT status) when it was refused.
"""
import json
import sys

from samba import NTSTATUSError, credentials
from samba.dcerpc import security
from samba.samba3 import libsmb_samba_internal as libsmb
from samba.samba3 import param as s3param

SHARES = {"r": libsmb.FILE_SHARE_READ, "w": libsmb.FILE_SHARE_WRITE, "d": libsmb.FILE_SHARE_DELETE}
RIGHTS = {"r": security.SEC_FILE_READ_DATA | security.SEC_FILE_READ_ATTRIBUTE,
          "w": security.SEC_FILE_WRITE_DATA | security.SEC_FILE_WRITE_ATTRIBUTE, "d": security.SEC_STD_DELETE}
HOW = {"open": 1, "create": 2, "open-or-create": 3, "overwrite": 5}
OPLOCKS = {"": 0, "exclusive": 2, "batch": 4}


def bits(table, letters):
    value = 0
    for letter in letters:
        value |= table[letter]
    return value


def path(name):
    return name.replace("/", "\\")


def main():
    lp = s3param.get_context()
    lp.load(sys.argv[3])
    creds = credentials.Credentials()
    creds.guess(lp)
    creds.set_username("guest")
    creds.set_password("guest")  # whoever the server does not know is its guest
    conn = libsmb.Conn(sys.argv[1], sys.argv[2], lp, creds)

    def do(order):
        op = order["op"]
        if op == "open":
            handle = conn.create(path(order["name"]), CreateFlags=OPLOCKS[order.get("oplock", "")],
                                 DesiredAccess=bits(RIGHTS, order["access"]), ShareAccess=bits(SHARES, order["share"]),
                                 CreateDisposition=HOW[order["how"]])
            return {"handle": handle}
        if op == "write":
            conn.write(order["handle"], order["text"].encode(), order.get("at", 0))
        elif op == "close":
            conn.close(order["handle"])
        elif op == "delete-on-close":
            conn.delete_on_close(order["handle"], True)
        elif op == "rename":
            conn.rename(path(order["from"]), path(order["to"]))
        elif op == "put":
            conn.savefile(path(order["name"]), order["text"].encode())
        elif op == "list":
            return {"names": [entry["name"] for entry in conn.list(path(order["name"]))]}
        else:
            return {"error": "no such order"}
        return {}

    print(json.dumps({"ready": True}), flush=True)
    for line in sys.stdin:
        try:
            answer = do(json.loads(line))
        except NTSTATUSError as refused:
            answer = {"error": refused.args[1], "status": refused.args[0]}
        print(json.dumps(answer), flush=True)


main()
