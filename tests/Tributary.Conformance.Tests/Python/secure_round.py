# SPDX-License-Identifier: Apache-2.0
"""Trains one round over TLS with a token, as a current FEDn client does. Prints what each step gave, a line each.

usage: secure_round.py COMBINER_PORT CONTROLLER_URL AUTHORITY_FILE CLIENT_TOKEN ADMIN_TOKEN FOLDER_OF_GENERATED_CODE
"""

import io
import json
import ssl
import sys
import urllib.error
import urllib.request
import uuid

import grpc
import numpy

PORT, CONTROLLER, AUTHORITY, TOKEN, ADMIN, GENERATED = sys.argv[1:7]
sys.path.insert(0, GENERATED)
import fedn_pb2 as fedn  # noqa: E402

LIMIT = 60  # seconds, as TestLimits.Step

# Users of FEDn's API give their name here, which its client then also sends as the id of an update.
METADATA = [("client", "a")]
TLS = ssl.create_default_context(cafile=AUTHORITY)


class Auth(grpc.AuthMetadataPlugin):
    def __init__(self, token):
        self._token = token

    def __call__(self, context, callback):
        callback((("authorization", f"Bearer {self._token}"),), None)


def rest(method, path, body, token, content_type="application/json"):
    request = urllib.request.Request(CONTROLLER + path, data=body, method=method)
    request.add_header("Authorization", f"Bearer {token}")
    request.add_header("Content-Type", content_type)
    try:
        with urllib.request.urlopen(request, context=TLS, timeout=LIMIT) as answer:
            return answer.status, json.load(answer)
    except urllib.error.HTTPError as error:
        return error.code, json.load(error)


def channel(token):
    with open(AUTHORITY, "rb") as file:
        credentials = grpc.ssl_channel_credentials(file.read())
    return grpc.secure_channel(
        f"localhost:{PORT}", grpc.composite_channel_credentials(credentials, grpc.metadata_call_credentials(Auth(token))))


def unary(on, method, request, response):
    return on.unary_unary(f"/fedn.{method}", type(request).SerializeToString, response.FromString)(
        request, timeout=LIMIT, metadata=METADATA)


def npz(values):
    buffer = io.BytesIO()
    numpy.savez(buffer, **{"0": numpy.array(values, dtype=numpy.float32)})
    return buffer.getvalue()


def form(data):
    edge = "edge-of-the-form"
    head = f'--{edge}\r\nContent-Disposition: form-data; name="file"; filename="m.npz"\r\n\r\n'.encode()
    return head + data + f"\r\n--{edge}--\r\n".encode(), f"multipart/form-data; boundary={edge}"


# Refused: without a valid token, and for another client.
beat = fedn.Heartbeat(sender=fedn.Client(name="a", role=fedn.CLIENT, client_id="id-a"))
for name, token in (("wrong", "nonsense"), ("foreign", TOKEN)):
    if name == "foreign":
        beat = fedn.Heartbeat(sender=fedn.Client(name="b", role=fedn.CLIENT, client_id="id-b"))
    try:
        unary(channel(token), "Connector/SendHeartbeat", beat, fedn.Response)
        print(name, "OK")
    except grpc.RpcError as error:
        print(name, error.code().name)
print("rest wrong", rest("GET", "/api/v1/sessions/", None, "nonsense")[0])
print("rest client", rest("GET", "/api/v1/sessions/", None, TOKEN)[0])

status, assigned = rest("POST", "/api/v1/clients/add", json.dumps({"name": "a", "client_id": "id-a", "package": "local"}).encode(), TOKEN)
print("assigned", status, assigned["status"])
combiner = channel(TOKEN)
tasks = combiner.unary_stream("/fedn.Combiner/TaskStream", fedn.ClientAvailableMessage.SerializeToString, fedn.TaskRequest.FromString)(
    fedn.ClientAvailableMessage(sender=fedn.Client(name="a", role=fedn.CLIENT, client_id="id-a")), timeout=LIMIT, metadata=METADATA)
tasks.initial_metadata()
body, kind = form(npz([1, 2]))
model = rest("POST", "/api/v1/models/", body, ADMIN, kind)[1]["model_id"]
config = {"aggregator": "fedavg", "round_timeout": LIMIT, "buffer_size": -1, "delete_models_storage": True, "clients_required": 1,
          "validate": False, "helper_type": "numpyhelper", "model_id": model}
session = rest("POST", "/api/v1/sessions/", json.dumps({"session_config": config}).encode(), ADMIN)[1]["session_id"]
print("started", rest("POST", "/api/v1/sessions/start", json.dumps({"session_id": session, "rounds": 1}).encode(), ADMIN)[0])

task = next(tasks)
download = combiner.unary_stream("/fedn.ModelService/Download", fedn.ModelRequest.SerializeToString, fedn.ModelResponse.FromString)
data = b"".join(part.data for part in download(fedn.ModelRequest(id=task.model_id), timeout=LIMIT, metadata=METADATA))
update = str(uuid.uuid4())
upload = combiner.stream_unary("/fedn.ModelService/Upload", fedn.ModelRequest.SerializeToString, fedn.ModelResponse.FromString)
trained = npz(numpy.load(io.BytesIO(data))["0"] + 1)
upload(iter([fedn.ModelRequest(id=update, data=trained, status=fedn.IN_PROGRESS), fedn.ModelRequest(id=update, status=fedn.OK)]),
       timeout=LIMIT, metadata=METADATA)
answer = unary(combiner, "Combiner/SendModelUpdate", fedn.ModelUpdate(
    sender=fedn.Client(name="a", role=fedn.CLIENT, client_id="a"), model_id=task.model_id, model_update_id=update,
    meta=json.dumps({"training_metadata": {"num_examples": 1}, "config": task.data})), fedn.Response)
print("update", answer.response.split()[0])
