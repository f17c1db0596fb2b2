# SPDX-License-Identifier: Apache-2.0
"""Opens an idle stream, says so, and waits to be killed."""

import sys

import grpc

from wire import SERVICE, note

with grpc.insecure_channel(sys.argv[1]) as channel:
    call = channel.unary_stream(f"/{SERVICE}/Idle")(note(text="held"))
    call.initial_metadata()
    print("open", flush=True)
    sys.stdin.read()
