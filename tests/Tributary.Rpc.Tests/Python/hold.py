# SPDX-License-Identifier: Apache-2.0
"""Opens an idle stream, says so, and then says how it ended, unless it is killed before."""

import sys

import grpc

from wire import LIMIT, SERVICE, note

with grpc.insecure_channel(sys.argv[1]) as channel:
    call = channel.unary_stream(f"/{SERVICE}/Idle")(note(text="held"), timeout=LIMIT)
    call.initial_metadata()
    print("open", flush=True)
    try:
        next(call)
    except grpc.RpcError as error:
        print(error.code().name, error.details(), flush=True)
