# SPDX-License-Identifier: Apache-2.0
"""Plays a combiner for one participant: prints its port, then what the participant does. Ends when its standard input does.

usage: grpc_server.py FOLDER_OF_GENERATED_CODE_AND_MODEL PORT train|lossy|stall|refuse

Gives one task a stream. lossy breaks its first download and first upload; stall leaves its first upload unread; refuse ends uploads at
their first chunk.
"""

import hashlib
import json
import pathlib
import sys
import threading
from concurrent import futures

import grpc

sys.path.insert(0, sys.argv[1])
import fedn_pb2 as fedn  # noqa: E402

FOLDER, PORT, PLAN = pathlib.Path(sys.argv[1]), sys.argv[2], sys.argv[3]
MIB = 1 << 20
COUNTS = {}
LOCK = threading.Lock()


def say(*words):
    print(*words, flush=True)


def count(what):
    """Tells of a call, and returns its number from 1."""
    with LOCK:
        COUNTS[what] = COUNTS.get(what, 0) + 1
        say(what, COUNTS[what])
        return COUNTS[what]


def wait_for_end(context):
    ended = threading.Event()
    if context.add_callback(ended.set):
        ended.wait()


def task_stream(request, context):
    context.send_initial_metadata([])
    count("stream")
    settings = {"round_id": "1", "task": "training", "helper_type": "numpyhelper"}
    yield fedn.TaskRequest(model_id="model", data=json.dumps(settings), session_id="session", type=fedn.MODEL_UPDATE)
    wait_for_end(context)


def download(request, context):
    data = (FOLDER / "model.npz").read_bytes()
    is_broken = PLAN == "lossy" and count("download") == 1
    for at in range(0, len(data), MIB):
        yield fedn.ModelResponse(id=request.id, data=data[at : at + MIB], status=fedn.IN_PROGRESS)
        if is_broken:
            context.abort(grpc.StatusCode.UNAVAILABLE, "broken")
    yield fedn.ModelResponse(id=request.id, status=fedn.OK)


def upload(requests, context):
    digest = hashlib.sha256()
    number = count("upload")
    for request in requests:
        digest.update(request.data)
        if PLAN == "refuse":
            context.abort(grpc.StatusCode.FAILED_PRECONDITION, "early")
        if PLAN == "lossy" and number == 1:
            context.abort(grpc.StatusCode.UNAVAILABLE, "broken")
        if PLAN == "stall" and number == 1:
            wait_for_end(context)
    say("uploaded", digest.hexdigest())
    return fedn.ModelResponse(status=fedn.OK)


def update(request, context):
    say("update", "failed" if json.loads(request.meta).get("status") == "failed" else "done")
    return fedn.Response(response="RECEIVED")


def answer(request, context):
    return fedn.Response()


def handlers(service, kind, request, response, **methods):
    make = getattr(grpc, f"{kind}_rpc_method_handler")
    return grpc.method_handlers_generic_handler(
        f"fedn.{service}", {name: make(method, request.FromString, response.SerializeToString) for name, method in methods.items()})


# Pings of a participant come every five seconds, which grpcio takes for abuse by default.
OPTIONS = [("grpc.http2.min_recv_ping_interval_without_data_ms", 1000), ("grpc.http2.max_ping_strikes", 0), ("grpc.so_reuseport", 0)]
server = grpc.server(futures.ThreadPoolExecutor(max_workers=16), options=OPTIONS)
server.add_generic_rpc_handlers((
    handlers("Combiner", "unary_stream", fedn.ClientAvailableMessage, fedn.TaskRequest, TaskStream=task_stream),
    handlers("Combiner", "unary_unary", fedn.ModelUpdate, fedn.Response, SendModelUpdate=update),
    handlers("Connector", "unary_unary", fedn.Heartbeat, fedn.Response, SendHeartbeat=answer),
    handlers("Connector", "unary_unary", fedn.Status, fedn.Response, SendStatus=answer),
    handlers("ModelService", "unary_stream", fedn.ModelRequest, fedn.ModelResponse, Download=download),
    handlers("ModelService", "stream_unary", fedn.ModelRequest, fedn.ModelResponse, Upload=upload),
))
say(server.add_insecure_port(f"127.0.0.1:{PORT}"))
server.start()
sys.stdin.read()
server.stop(0)
