# SPDX-License-Identifier: Apache-2.0
"""Serves the methods of the test service, prints its port, and ends when its standard input does. With --permit-pings it takes any number of pings."""

import sys
import threading
from concurrent import futures

import grpc

from wire import LIMIT, SERVICE, note, parse

CODES = {code.value[0]: code for code in grpc.StatusCode}
ENDS = {}
LOCK = threading.Lock()


def end_event(text):
    with LOCK:
        return ENDS.setdefault(text, threading.Event())


def echo(request, context):
    mine = [(k, v) for k, v in context.invocation_metadata() if k.startswith("x-")]
    context.send_initial_metadata(mine)
    context.set_trailing_metadata([("t" + k, v) for k, v in mine])
    return request


def fail(request, context):
    _, text, number = parse(request)
    context.set_trailing_metadata([("why", "because"), ("why-bin", b"\x00\x01\xff")])
    context.abort(CODES[number], text)


def wait(request, context):
    ended = threading.Event()
    context.add_callback(ended.set)
    ended.wait(LIMIT)
    end_event(parse(request)[1]).set()
    return b""


def idle(request, context):
    context.send_initial_metadata([])
    wait(request, context)
    return iter(())


def end_of(request, context):
    return note(text="ended" if end_event(parse(request)[1]).wait(LIMIT) else "")


def deadline(request, context):
    return note(text=f"{context.time_remaining():.1f}")


def count(request, context):
    data, text, number = parse(request)
    for i in range(number):
        yield note(data, number=i)
    if text:
        context.abort(grpc.StatusCode.ABORTED, text)


def total(requests, context):
    return note(text=str(sum(len(parse(r)[0]) for r in requests)))


def early(requests, context):
    next(requests)
    context.abort(grpc.StatusCode.FAILED_PRECONDITION, "early")


def chat(requests, context):
    yield from requests


def zipped(request, context):
    context.set_compression(grpc.Compression.Gzip)
    return request


HANDLERS = {
    "Echo": grpc.unary_unary_rpc_method_handler(echo),
    "Fail": grpc.unary_unary_rpc_method_handler(fail),
    "Wait": grpc.unary_unary_rpc_method_handler(wait),
    "EndOf": grpc.unary_unary_rpc_method_handler(end_of),
    "Deadline": grpc.unary_unary_rpc_method_handler(deadline),
    "Zipped": grpc.unary_unary_rpc_method_handler(zipped),
    "Idle": grpc.unary_stream_rpc_method_handler(idle),
    "Count": grpc.unary_stream_rpc_method_handler(count),
    "Sum": grpc.stream_unary_rpc_method_handler(total),
    "Early": grpc.stream_unary_rpc_method_handler(early),
    "Chat": grpc.stream_stream_rpc_method_handler(chat),
}

PERMIT_PINGS = [
    ("grpc.http2.min_recv_ping_interval_without_data_ms", 500),
    ("grpc.keepalive_permit_without_calls", 1),
    ("grpc.http2.max_ping_strikes", 0),
]

server = grpc.server(
    futures.ThreadPoolExecutor(max_workers=32),
    options=PERMIT_PINGS if sys.argv[1:] == ["--permit-pings"] else [],
)
server.add_generic_rpc_handlers((grpc.method_handlers_generic_handler(SERVICE, HANDLERS),))
port = server.add_insecure_port("127.0.0.1:0")
server.start()
print(port, flush=True)
sys.stdin.read()
server.stop(0)
