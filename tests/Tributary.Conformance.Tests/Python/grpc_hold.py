# SPDX-License-Identifier: Apache-2.0
"""Opens a call, says so, tells the messages that come, and then how the call ended.

usage: grpc_hold.py FOLDER_OF_GENERATED_CODE HOST:PORT tasks|upload|download ID
"""

import sys
import threading

import grpc

sys.path.insert(0, sys.argv[1])
import fedn_pb2 as fedn  # noqa: E402

ADDRESS, KIND, ID = sys.argv[2:5]
METADATA = [("client", ID)]


def say(*words):
    print(*words, flush=True)


def tasks(channel):
    call = channel.unary_stream(
        "/fedn.Combiner/TaskStream", fedn.ClientAvailableMessage.SerializeToString, fedn.TaskRequest.FromString)
    sender = fedn.Client(name=ID, client_id=ID, role=fedn.CLIENT)
    answers = call(fedn.ClientAvailableMessage(sender=sender), metadata=METADATA)
    answers.initial_metadata()
    say("open")
    for task in answers:
        say("task", task.model_id)


def upload(channel):
    """Two chunks, and then nothing: the call stays open until the server ends it."""
    call = channel.stream_unary("/fedn.ModelService/Upload", fedn.ModelRequest.SerializeToString, fedn.ModelResponse.FromString)

    def frames():
        for _ in range(2):
            yield fedn.ModelRequest(id=ID, data=bytes(1 << 20), status=fedn.IN_PROGRESS)
        say("open")
        threading.Event().wait()

    call(frames(), metadata=METADATA)


def download(channel):
    """Takes the first chunk, and the rest only once it is told to."""
    call = channel.unary_stream("/fedn.ModelService/Download", fedn.ModelRequest.SerializeToString, fedn.ModelResponse.FromString)
    answers = call(fedn.ModelRequest(id=ID), metadata=METADATA)
    next(answers)
    say("open")
    sys.stdin.readline()
    for _ in answers:
        pass


with grpc.insecure_channel(ADDRESS) as channel:
    try:
        {"tasks": tasks, "upload": upload, "download": download}[KIND](channel)
        say("OK")
    except grpc.RpcError as error:
        say(error.code().name, error.details())
