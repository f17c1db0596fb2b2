# SPDX-License-Identifier: Apache-2.0
"""Plays current FEDn clients against a server with grpcio and plain HTTP: a line of JSON for each case, with the reason when it failed.

usage: fedn_round.py COMBINER_HOST:PORT CONTROLLER_URL FOLDER_OF_GENERATED_CODE
"""

import io
import json
import sys
import threading
import traceback
import urllib.error
import urllib.request
import uuid

import grpc
import numpy

COMBINER, CONTROLLER, GENERATED = sys.argv[1:4]
sys.path.insert(0, GENERATED)
import fedn_pb2 as fedn  # noqa: E402

LIMIT = 60  # seconds, as TestLimits.Step
MIB = 1 << 20
CASES = []


def case(function):
    CASES.append(function)
    return function


def equal(expected, actual):
    assert expected == actual, f"expected {expected!r}, got {actual!r}"


class Stub:
    """The methods of package fedn, by name."""

    def __init__(self, channel, client_id=None):
        self.channel = channel
        self.metadata = [("grpc-server", "test")] + ([("client", client_id)] if client_id else [])

    def unary(self, method, request, response):
        call = self.channel.unary_unary(f"/fedn.{method}", type(request).SerializeToString, response.FromString)
        return call(request, timeout=LIMIT, metadata=self.metadata)

    def upload(self, frames):
        call = self.channel.stream_unary(
            "/fedn.ModelService/Upload", fedn.ModelRequest.SerializeToString, fedn.ModelResponse.FromString)
        return call(iter(frames), timeout=LIMIT, metadata=self.metadata)

    def download(self, model_id):
        call = self.channel.unary_stream(
            "/fedn.ModelService/Download", fedn.ModelRequest.SerializeToString, fedn.ModelResponse.FromString)
        return list(call(fedn.ModelRequest(id=model_id), timeout=LIMIT, metadata=self.metadata))

    def tasks(self, sender):
        call = self.channel.unary_stream(
            "/fedn.Combiner/TaskStream", fedn.ClientAvailableMessage.SerializeToString, fedn.TaskRequest.FromString)
        return call(fedn.ClientAvailableMessage(sender=sender), metadata=self.metadata)


CHANNEL = grpc.insecure_channel(COMBINER, options=[
    ("grpc.keepalive_time_ms", 5000), ("grpc.keepalive_timeout_ms", 30000), ("grpc.keepalive_permit_without_calls", 1),
    ("grpc.http2.max_pings_without_data", 0)])
STUB = Stub(CHANNEL, "uploader")


def rest(method, path, body=None, content_type="application/json"):
    data = json.dumps(body).encode() if isinstance(body, (dict, list)) else body
    request = urllib.request.Request(CONTROLLER + path, data=data, method=method, headers={"Content-Type": content_type})
    try:
        with urllib.request.urlopen(request, timeout=LIMIT) as answer:
            return answer.status, json.loads(answer.read() or b"null")
    except urllib.error.HTTPError as error:
        return error.code, json.loads(error.read() or b"null")


def fetch(path):
    with urllib.request.urlopen(CONTROLLER + path, timeout=LIMIT) as answer:
        return answer.read()


def sender(client_id):
    return fedn.Client(name=client_id, role=fedn.CLIENT, client_id=client_id)


def chunks(model_id, data, size=MIB):
    for start in range(0, len(data), size):
        yield fedn.ModelRequest(id=model_id, data=data[start:start + size], status=fedn.IN_PROGRESS)
    yield fedn.ModelRequest(id=model_id, status=fedn.OK)


def fails(code, call):
    try:
        call()
    except grpc.RpcError as error:
        equal(code, error.code())
        return error.details()
    raise AssertionError(f"the call succeeded; expected {code}")


def npz(arrays, save=numpy.savez_compressed):
    buffer = io.BytesIO()
    save(buffer, **arrays)
    return buffer.getvalue()


def load(data):
    with numpy.load(io.BytesIO(data)) as archive:
        return {key: archive[key] for key in archive.files}


def seed_model(arrays):
    boundary = uuid.uuid4().hex
    part = f'--{boundary}\r\nContent-Disposition: form-data; name="file"; filename="seed.npz"\r\n\r\n'.encode()
    status, answer = rest("POST", "/api/v1/models/", part + npz(arrays) + f"\r\n--{boundary}--\r\n".encode(),
                          f"multipart/form-data; boundary={boundary}")
    equal(200, status)
    return answer["model_id"]


def session(model_id, **changes):
    config = {"aggregator": "fedavg", "round_timeout": 30, "buffer_size": -1, "rounds": 1, "delete_models_storage": True,
              "clients_required": 1, "requested_clients": 8, "validate": True, "helper_type": "numpyhelper", "model_id": model_id}
    config.update(changes)
    status, answer = rest("POST", "/api/v1/sessions/", {"name": "python", "session_config": config})
    equal(201, status)
    equal("Created", answer["status"])
    return answer["session_id"]


def wait_for(ask, wanted):
    event = threading.Event()
    for _ in range(LIMIT * 20):
        answer = ask()
        if wanted(answer):
            return answer
        event.wait(0.05)
    raise AssertionError(f"the last answer was {answer!r}")


def finished(session_id):
    wait_for(lambda: rest("GET", f"/api/v1/sessions/{session_id}")[1], lambda answer: answer["status"] == "Finished")


def online(*clients):
    wait_for(lambda: {c["client_id"] for c in rest("GET", "/api/v1/clients/?status=online")[1]["result"]},
             lambda ids: ids >= set(clients))


class Client(threading.Thread):
    """Does what the reference client does with each task: status, download, train, upload, update, status."""

    def __init__(self, client_id, train, examples):
        super().__init__(daemon=True)
        self.client_id, self.train, self.examples = client_id, train, examples
        self.stub = Stub(grpc.insecure_channel(COMBINER, options=[("grpc.use_local_subchannel_pool", 1)]), client_id)
        self.received, self.error, self.answers = [], None, []
        self.call = self.stub.tasks(sender(client_id))

    def run(self):
        try:
            for task in self.call:
                self.work(task)
        except grpc.RpcError as error:
            if error.code() != grpc.StatusCode.CANCELLED:
                self.error = error
        except Exception as error:  # shown by the case
            self.error = error

    def work(self, task):
        equal(fedn.COMBINER, task.sender.role)
        self.received.append(task)
        self.stub.unary("Connector/SendStatus", fedn.Status(
            sender=fedn.Client(name=self.client_id, role=fedn.CLIENT), status="Received request from combiner.", log_level=fedn.AUDIT,
            type=task.type, session_id=task.session_id), fedn.Response)
        frames = self.stub.download(task.model_id)
        equal(fedn.OK, frames[-1].status)
        model = load(b"".join(frame.data for frame in frames))
        if task.type == fedn.MODEL_VALIDATION:
            self.stub.unary("Combiner/SendModelValidation", fedn.ModelValidation(
                sender=sender(self.client_id), receiver=task.sender, model_id=task.model_id, data='{"loss": NaN}',
                correlation_id=task.correlation_id, session_id=task.session_id), fedn.Response)
            return
        update = str(uuid.uuid4())
        self.stub.upload(chunks(update, npz(self.train(model))))
        meta = json.dumps({"training_metadata": {"num_examples": self.examples}, "config": task.data, "fetch_model": 0.1,
                           "exec_training": float("nan"), "upload_model": 0.1, "processing_time": 0.3})
        self.answers.append(self.stub.unary("Combiner/SendModelUpdate", fedn.ModelUpdate(
            sender=sender(self.client_id), receiver=task.sender, model_id=task.model_id, model_update_id=update,
            timestamp="2026-01-01 00:00:00.000000+00:00", meta=meta), fedn.Response).response)

    def stop(self):
        self.call.cancel()
        self.join(LIMIT)
        if self.error:
            raise self.error


def add(value):
    return lambda model: {key: array + numpy.asarray(value, array.dtype) for key, array in model.items()}


@case
def m1_m2_upload_then_download():
    answer = STUB.upload([fedn.ModelRequest(id="m1", data=b"x", status=1), fedn.ModelRequest(id="m1")])
    equal((fedn.OK, "m1", "Got model successfully."), (answer.status, answer.id, answer.message))
    equal([(b"x", fedn.IN_PROGRESS), (b"", fedn.OK)], [(f.data, f.status) for f in STUB.download("m1")])


@case
def m3_m4_m13_download_comes_in_pieces_of_one_mebibyte():
    for name, data, sizes in (("m3", b"a" * (3 * MIB), [MIB] * 3), ("m4", b"b" * (MIB + 1), [MIB, 1])):
        STUB.upload(chunks(name, data, 3 * MIB))
        frames = STUB.download(name)
        equal(sizes + [0], [len(frame.data) for frame in frames])
        equal(data, b"".join(frame.data for frame in frames))


@case
def m5_terminator_alone_is_an_empty_model():
    STUB.upload([fedn.ModelRequest(id="m5")])
    equal([fedn.OK], [frame.status for frame in STUB.download("m5")])


@case
def m6_unknown_model_fails_in_band():
    equal([fedn.UNKNOWN, fedn.FAILED], [frame.status for frame in STUB.download("nobody-knows")])


@case
def m7_model_that_is_arriving_says_so():
    arrived, finish = threading.Event(), threading.Event()

    def frames():
        yield fedn.ModelRequest(id="m7", data=b"x", status=1)
        arrived.set()
        finish.wait(LIMIT)
        yield fedn.ModelRequest(id="m7")

    upload = threading.Thread(target=lambda: STUB.upload(frames()), daemon=True)
    upload.start()
    arrived.wait(LIMIT)
    statuses = wait_for(lambda: [frame.status for frame in STUB.download("m7")], lambda found: found != [fedn.UNKNOWN, fedn.FAILED])
    equal([fedn.IN_PROGRESS, fedn.FAILED], statuses)
    finish.set()
    upload.join(LIMIT)
    equal([fedn.IN_PROGRESS, fedn.OK], [frame.status for frame in STUB.download("m7")])


@case
def m8_m9_broken_upload_leaves_nothing_and_can_be_made_again():
    fails(grpc.StatusCode.ABORTED, lambda: STUB.upload([fedn.ModelRequest(id="m8", data=b"abc", status=1)]))
    equal(fedn.FAILED, STUB.download("m8")[-1].status)
    STUB.upload(chunks("m8", b"abc"))
    equal(b"abc", STUB.download("m8")[0].data)


@case
def m10_finished_upload_can_be_repeated():
    for data in (b"first", b"second"):
        equal(fedn.OK, STUB.upload(chunks("m10", data)).status)
    equal(b"second", STUB.download("m10")[0].data)


@case
def m10_upload_of_another_client_is_refused():
    STUB.upload(chunks("m10b", b"mine"))
    fails(grpc.StatusCode.ALREADY_EXISTS, lambda: Stub(CHANNEL, "somebody").upload(chunks("m10b", b"theirs")))
    equal(b"mine", STUB.download("m10b")[0].data)


@case
def m11_terminator_with_data_is_refused():
    details = fails(grpc.StatusCode.INVALID_ARGUMENT, lambda: STUB.upload([fedn.ModelRequest(id="m11", data=b"x")]))
    assert details.startswith("data"), details


@case
def m12_message_over_four_mebibytes_is_refused():
    details = fails(grpc.StatusCode.RESOURCE_EXHAUSTED, lambda: STUB.upload(
        [fedn.ModelRequest(id="m12", data=b"x" * (4 * MIB + 100), status=1), fedn.ModelRequest(id="m12")]))
    equal("Received message larger than max (4194304 bytes)", details)


@case
def m14_id_with_separators_is_refused():
    for name in ("../evil", "a/b", "a\\b", "..", "", "x" * 200, "\u00fc"):
        fails(grpc.StatusCode.INVALID_ARGUMENT, lambda: STUB.upload(chunks(name, b"x")))


@case
def m15_two_ids_in_one_stream_are_refused():
    fails(grpc.StatusCode.INVALID_ARGUMENT, lambda: STUB.upload(
        [fedn.ModelRequest(id="m15", data=b"x", status=1), fedn.ModelRequest(id="m15b")]))


@case
def h1_heartbeat_is_answered():
    answer = STUB.unary("Connector/SendHeartbeat", fedn.Heartbeat(sender=fedn.Client(name="nameX", role=1, client_id="id-X")), fedn.Response)
    equal(("nameX", fedn.CLIENT, "", "Heartbeat received"),
          (answer.sender.name, answer.sender.role, answer.sender.client_id, answer.response))


@case
def h6_h7_h8_reports_are_never_refused():
    equal("Status received.", STUB.unary("Connector/SendStatus", fedn.Status(sender=fedn.Client(), status="odd"), fedn.Response).response)
    STUB.unary("Combiner/SendModelMetric", fedn.ModelMetric(
        sender=sender("h7"), metrics=[fedn.MetricElem(key="zero", value=0.0)], model_id="h7"), fedn.Response)
    STUB.unary("Combiner/SendModelMetric", fedn.ModelMetric(sender=sender("h7")), fedn.Response)
    STUB.unary("Combiner/SendAttributeMessage", fedn.AttributeMessage(
        sender=sender("h7"), attributes=[fedn.AttributeElem(key="site", value="")]), fedn.Response)
    STUB.unary("Combiner/SendTelemetryMessage", fedn.TelemetryMessage(
        sender=sender("h7"), telemetries=[fedn.TelemetryElem(key="cpu_usage", value=1.5)]), fedn.Response)
    _, metrics = rest("GET", "/api/v1/metrics/?model_id=h7")
    equal([("zero", 0)], [(m["key"], m["value"]) for m in metrics["result"]])


@case
def h10_h11_h12_control_answers():
    def control(method, value):
        return STUB.unary(f"Control/{method}", fedn.ControlRequest(parameter=[fedn.Parameter(key="aggregator", value=value)]), fedn.ControlResponse)

    equal("Success", control("SetAggregator", "fedavg").message)
    details = fails(grpc.StatusCode.INVALID_ARGUMENT, lambda: control("SetAggregator", "nope"))
    assert "nope" in details and "fedavg" in details, details
    equal("Success", control("FlushAggregationQueue", "").message)


@case
def h23_health_says_serving():
    call = CHANNEL.unary_unary("/grpc.health.v1.Health/Check")
    equal(b"\x08\x01", call(b"", timeout=LIMIT))


@case
def rh1_to_rh6_assignment():
    status, answer = rest("POST", "/api/v1/clients/add", {"name": "n", "client_id": "rh1", "preferred_combiner": None, "package": "remote"})
    equal((203, "retry"), (status, answer["status"]))
    status, answer = rest("POST", "/api/v1/clients/add", {"name": "n", "client_id": "rh2", "preferred_combiner": "", "package": "local"})
    equal((200, "assigned", "", None, "rh2"), (status, answer["status"], answer["helper_type"], answer["fqdn"], answer["client_id"]))
    equal(COMBINER, f"{answer['host']}:{answer['port']}")
    status, answer = rest("POST", "/api/v1/clients/add", {"name": "n", "package": "local"})
    assert status == 200 and answer["client_id"], answer
    status, answer = rest("POST", "/api/v1/clients/add", {"name": "n", "client_id": "rh2", "preferred_combiner": "combiner", "package": "local"})
    equal(200, status)
    equal(1, rest("GET", "/api/v1/clients/?client_id=rh2")[1]["count"])
    status, answer = rest("POST", "/api/v1/clients/add", {"name": "n", "client_id": "rh6", "preferred_combiner": "zz", "package": "local"})
    equal((400, "Combiner zz not found or unavailable."), (status, answer["message"]))


@case
def rh12_to_rh18_refusals():
    equal((404, {"message": "Entity with id: none not found"}), rest("GET", "/api/v1/models/none"))
    config = {"round_timeout": 30, "buffer_size": -1, "delete_models_storage": True, "clients_required": 3, "validate": True,
              "helper_type": "numpyhelper", "model_id": "m"}
    equal((400, {"message": "Class 'SessionConfigDTO' is missing field aggregator"}), rest("POST", "/api/v1/sessions/", {"session_config": config}))
    config.update(aggregator="fedavg", round_timeout=0)
    equal((400, {"message": "Validation failed for field 'round_timeout' with message: Round timeout is required"}),
          rest("POST", "/api/v1/sessions/", {"session_config": config}))
    equal((400, {"message": "Session with specified ID does not exist"}), rest("POST", "/api/v1/sessions/start", {"session_id": "nobody"}))
    equal((400, {"message": "Session ID is required"}), rest("POST", "/api/v1/sessions/start", {}))
    started = session("not-there", clients_required=3)
    equal((400, {"message": "Number of available clients is lower than the required minimum of 3"}),
          rest("POST", "/api/v1/sessions/start", {"session_id": started}))


@case
def a18_whole_round_with_two_clients_by_the_table():
    seed = seed_model({"0": numpy.array([1, 2, 3], numpy.float32), "1": numpy.array(5, numpy.int64),
                       "2": numpy.array([[1, 2], [3, 4]], numpy.float64)})
    a, b = Client("a18-a", add(1), 10), Client("a18-b", add(3), 30)
    a.start(), b.start()
    online("a18-a", "a18-b")
    started = session(seed)
    equal((200, {"message": "Session started"}), rest("POST", "/api/v1/sessions/start", {
        "session_id": started, "rounds": 1, "client_ids": "a18-a,a18-b"}))
    finished(started)
    wait_for(lambda: rest("GET", f"/api/v1/validations/?session_id={started}")[1]["count"], lambda count: count == 2)
    a.stop(), b.stop()

    task = a.received[0]
    equal((fedn.MODEL_UPDATE, started, "a18-a", fedn.CLIENT, seed),
          (task.type, task.session_id, task.receiver.client_id, task.receiver.role, task.model_id))
    data = json.loads(task.data)
    assert data["round_id"] and data["_job_id"] and all(isinstance(value, str) for value in data.values()), data
    equal((fedn.MODEL_VALIDATION, ""), (a.received[1].type, a.received[1].data))
    equal(["RECEIVED ModelUpdate  from client  "], a.answers)

    _, models = rest("GET", f"/api/v1/models/?session_id={started}")
    equal((1, seed), (models["count"], models["result"][0]["parent_model"]))
    model = load(fetch(f"/api/v1/models/{models['result'][0]['model_id']}/download"))
    equal(["0", "1", "2"], sorted(model))
    equal((numpy.float32, numpy.float64, numpy.float64), tuple(model[key].dtype.type for key in ("0", "1", "2")))
    numpy.testing.assert_array_equal(model["0"], [3.5, 4.5, 5.5])
    equal(((), 7.5), (model["1"].shape, float(model["1"])))
    numpy.testing.assert_array_equal(model["2"], [[3.5, 4.5], [5.5, 6.5]])

    _, rounds = rest("GET", f"/api/v1/rounds/?round_id={data['round_id']}")
    combiner = rounds["result"][0]["combiners"][0]
    equal(("Finished", 2, data["_job_id"]), (rounds["result"][0]["status"], combiner["data"]["aggregation_time"]["nr_aggregated_models"],
                                             combiner["config"]["_job_id"]))
    equal("Finished", rest("GET", f"/api/v1/sessions/{started}")[1]["status"])


@case
def rh21_session_goes_on_from_its_newest_model():
    seed = seed_model({"0": numpy.array([1, 2], numpy.float32)})
    client = Client("rh21", add(1), 1)
    client.start()
    online("rh21")
    started = session(seed, validate=False)
    for expected in (2, 3):
        equal(200, rest("POST", "/api/v1/sessions/start", {"session_id": started, "client_ids": "rh21"})[0])
        finished(started)
        newest = rest("GET", f"/api/v1/models/?session_id={started}")[1]["result"][0]["model_id"]
        equal(expected, float(load(fetch(f"/api/v1/models/{newest}/download"))["0"][0]))
    client.stop()


@case
def control_start_runs_a_round_of_its_own():
    seed = seed_model({"0": numpy.array([1, 2], numpy.float32)})
    client = Client("control", add(1), 1)
    client.start()
    online("control")
    parameters = {"task": "training", "round_id": "9001", "session_id": "s", "model_id": seed, "round_timeout": "30", "buffer_size": "-1",
                  "delete_models_storage": "True", "clients_required": "1", "helper_type": "numpyhelper", "aggregator": "fedavg",
                  "aggregator_kwargs": "None", "selected_clients": "['control']"}
    answer = STUB.unary("Control/Start", fedn.ControlRequest(
        command=fedn.START, parameter=[fedn.Parameter(key=k, value=v) for k, v in parameters.items()]), fedn.ControlResponse)
    equal("job_id", answer.parameter[0].key)
    done = wait_for(lambda: rest("GET", "/api/v1/rounds/?round_id=9001")[1], lambda found: found["count"] and found["result"][0]["combiners"])
    model = done["result"][0]["combiners"][0]["model_id"]
    equal(2, float(load(fetch(f"/api/v1/models/{model}/download"))["0"][0]))
    client.stop()
    parameters["round_timeout"] = "abc"
    details = fails(grpc.StatusCode.INVALID_ARGUMENT, lambda: STUB.unary("Control/Start", fedn.ControlRequest(
        parameter=[fedn.Parameter(key=k, value=v) for k, v in parameters.items()]), fedn.ControlResponse))
    assert "round_timeout" in details and "abc" in details, details


@case
def unimplemented_method_says_so():
    fails(grpc.StatusCode.UNIMPLEMENTED, lambda: CHANNEL.unary_unary("/fedn.Nothing/AtAll")(b"", timeout=LIMIT))


def main():
    for function in CASES:
        reason = None
        try:
            function()
        except Exception:
            reason = traceback.format_exc(limit=4)
        print(json.dumps({"case": function.__name__, "failed": reason}), flush=True)


main()
