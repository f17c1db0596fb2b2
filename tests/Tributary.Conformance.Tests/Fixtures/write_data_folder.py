# SPDX-License-Identifier: Apache-2.0
"""Has a built server write a data folder, kills it while rounds are open, and packs what is left; README.md says what is in it.

usage: write_data_folder.py SERVER_DLL FEDN_PROTO NAME

writes NAME.tar.gz (the data folder and the settings beside it) and NAME.json (what the server answered before it was killed)
into the current folder.
"""

import base64
import contextlib
import hashlib
import io
import json
import os
import pathlib
import pickle
import queue
import signal
import subprocess
import sys
import tarfile
import tempfile
import threading
import time
import urllib.request
import uuid

import grpc
import numpy

SERVER, PROTO, NAME = sys.argv[1:4]
LIMIT = 60
WEEK = 7 * 24 * 3600
OWNER, READER = "fixture-owner", "fixture-reader"
MARK = "\ufdd0"

work = pathlib.Path(tempfile.mkdtemp())
subprocess.run(["protoc", f"--proto_path={pathlib.Path(PROTO).parent}", f"--python_out={work}", pathlib.Path(PROTO).name], check=True)
sys.path.insert(0, str(work))
import fedn_pb2 as fedn  # noqa: E402

home = work / NAME
home.mkdir()
key = work / "key.pem"
subprocess.run(["openssl", "ecparam", "-name", "prime256v1", "-genkey", "-noout", "-out", key], check=True)
public = subprocess.run(["openssl", "ec", "-in", key, "-pubout"], check=True, capture_output=True, text=True).stdout


def sha256(data):
    return hashlib.sha256(data).hexdigest()


def token(name, text, roles):
    return {"Name": name, "Sha256": sha256(text.encode()), "Roles": roles, "MaxFiles": 1000, "MaxBytes": 10_000_000}


(home / "appsettings.json").write_text(json.dumps({"Repository": {
    "Access": {"Tokens": [token("owner", OWNER, {"*": "admin"}), token("reader", READER, {"models": "read", "training-results": "read"})]},
    "Signatures": {"Keys": {"release": public}},
}}, indent=2) + "\n")

server = subprocess.Popen(
    ["dotnet", os.path.abspath(SERVER), "serve", "--data", "data", *(f for role in ("combiner", "controller", "operations", "repository")
                                                                  for f in (f"--{role}", "http://127.0.0.1:0"))],
    cwd=home, stdout=subprocess.PIPE, stderr=open(work / "log.txt", "w"), text=True)
ADDRESS = {}
for _ in range(4):
    role, url = server.stdout.readline().split()
    ADDRESS[role] = url.rstrip("/")


def call(role, method, path, body=None, content_type="application/json", headers=None):
    data = json.dumps(body).encode() if isinstance(body, (dict, list)) else body
    headers = {"Content-Type": content_type, **({"Authorization": f"Bearer {OWNER}"} if role == "repository" else {}), **(headers or {})}
    request = urllib.request.Request(ADDRESS[role] + path, data=data, method=method, headers=headers)
    with urllib.request.urlopen(request, timeout=LIMIT) as answer:
        return answer.read()


def ask(role, method, path, body=None, **more):
    answer = call(role, method, path, body, **more)
    return json.loads(answer) if answer else None


def form(data, name):
    boundary = uuid.uuid4().hex
    part = f'--{boundary}\r\nContent-Disposition: form-data; name="file"; filename="{name}"\r\n\r\n'.encode()
    return part + data + f"\r\n--{boundary}--\r\n".encode(), f"multipart/form-data; boundary={boundary}"


def put(path, data, headers=None):
    body, content_type = form(data, "f")
    call("repository", "PUT", path, body, content_type, headers)


def npz(*values):
    buffer = io.BytesIO()
    numpy.savez_compressed(buffer, **{"0": numpy.array(values, numpy.float32)})
    return buffer.getvalue()


def load(data):
    with numpy.load(io.BytesIO(data)) as archive:
        return archive["0"]


def wait_for(what, found):
    end = time.monotonic() + LIMIT
    while time.monotonic() < end:
        if answer := found():
            return answer
        time.sleep(0.05)
    raise AssertionError(f"{what} did not come; the log is {work / 'log.txt'}")


class Peer:
    """Trains `free` times; later tasks are kept in `held`, as by a client that trains for long."""

    def __init__(self, client_id, increment, examples):
        self.id, self.increment, self.examples = client_id, increment, examples
        self.channel = grpc.insecure_channel(ADDRESS["combiner"].split("//")[1], options=[("grpc.use_local_subchannel_pool", 1)])
        self.sender = fedn.Client(name=f"name of {client_id}", role=fedn.CLIENT, client_id=client_id)
        self.free, self.fails, self.held = 1000, False, queue.Queue()
        self.stream = self.channel.unary_stream(
            "/fedn.Combiner/TaskStream", fedn.ClientAvailableMessage.SerializeToString, fedn.TaskRequest.FromString)(
            fedn.ClientAvailableMessage(sender=self.sender), metadata=self.metadata)
        threading.Thread(target=self.run, daemon=True).start()
        wait_for(f"the connection of {client_id}", lambda: client_id in {
            c["client_id"] for c in ask("controller", "GET", "/api/v1/clients/?status=online")["result"]})

    @property
    def metadata(self):
        return [("grpc-server", "fixture"), ("client", self.id)]

    def unary(self, method, request, response=fedn.Response):
        return self.channel.unary_unary(f"/fedn.{method}", type(request).SerializeToString, response.FromString)(
            request, timeout=LIMIT, metadata=self.metadata)

    def upload(self, model_id, data, finish=None):
        def frames():
            yield fedn.ModelRequest(id=model_id, data=data, status=fedn.IN_PROGRESS)
            if finish:
                finish.wait()
            yield fedn.ModelRequest(id=model_id, status=fedn.OK)

        return self.channel.stream_unary("/fedn.ModelService/Upload", fedn.ModelRequest.SerializeToString, fedn.ModelResponse.FromString)(
            frames(), metadata=self.metadata)

    def run(self):
        with contextlib.suppress(grpc.RpcError):
            for task in self.stream:
                if task.type == fedn.MODEL_UPDATE and self.free == 0:
                    self.held.put(task)
                else:
                    self.free -= task.type == fedn.MODEL_UPDATE
                    self.work(task)

    def work(self, task):
        frames = self.channel.unary_stream("/fedn.ModelService/Download", fedn.ModelRequest.SerializeToString, fedn.ModelResponse.FromString)(
            fedn.ModelRequest(id=task.model_id), timeout=LIMIT, metadata=self.metadata)
        model = load(b"".join(frame.data for frame in frames))
        if task.type == fedn.MODEL_VALIDATION:
            self.unary("Combiner/SendModelValidation", fedn.ModelValidation(
                sender=self.sender, receiver=task.sender, model_id=task.model_id, data='{"loss": NaN, "accuracy": 0.75}',
                correlation_id=task.correlation_id, session_id=task.session_id, meta='{"meta": "as it came"}'))
            return
        self.unary("Connector/SendStatus", fedn.Status(
            sender=self.sender, status="Received request from combiner.", log_level=fedn.AUDIT, type=fedn.MODEL_UPDATE_REQUEST,
            session_id=task.session_id, correlation_id=task.correlation_id, data=task.data, extra="extra"))
        update = str(uuid.uuid4())
        self.upload(update, npz(*(model + self.increment)))
        meta = {"training_metadata": {"num_examples": self.examples, "loss": 0.5}, "config": task.data}
        if self.fails:
            meta["status"] = "failed"
        with contextlib.suppress(grpc.RpcError):
            self.unary("Combiner/SendModelUpdate", fedn.ModelUpdate(
                sender=self.sender, receiver=task.sender, model_id=task.model_id, model_update_id=update, meta=json.dumps(meta)))


def fill_repository():
    ask("repository", "POST", "/model", {
        "model_name": "digits", "model_version": "1", "meta": {"library": "numpy", "description": "two numbers\twith a tab, \"quotes\" and ünïcödé 🌊"}})
    model = npz(1, 2)
    put("/model/digits/1", npz(0, 0))
    (work / "signed").write_bytes(model)
    signature = subprocess.run(["openssl", "dgst", "-sha256", "-sign", key, work / "signed"], check=True, capture_output=True).stdout
    put("/model/digits/1", model, {"X-FL-Signature": base64.b64encode(signature).decode()})
    ask("repository", "POST", "/model", {"model_name": "digits", "model_version": "2", "meta": {}})
    put("/model/digits/2", pickle.dumps([numpy.array([3, 4], numpy.float32)]))
    ask("repository", "POST", "/model", {"model_name": "gone", "model_version": "1"})
    put("/model/gone/1", b"bytes of a model that is gone")
    call("repository", "DELETE", "/model/gone/1")
    ask("repository", "POST", "/strategy", {
        "strategy_name": "fair", "strategy_description": "a description with a null \0 and a mark " + MARK,
        "meta": {"class": "flwr.server.strategy.qfedavg.QFedAvg", "q_param": "0.2"}})
    put("/strategy/fair", b"\x80\x02cflwr.server.strategy.qfedavg\nQFedAvg\n)\x81.")
    ask("repository", "POST", "/transformation", {
        "id": "scale", "description": "scales", "parameter_types": {"factor": "float"}, "default_values": {"factor": 0.5, "list": [1, None, True]},
        "outputs": ["x"], "needs": {"storage": 1.5, "RAM": 2, "preinstalled_libraries": {"numpy": "1"}, "available_models": {}}})
    put("/transformation/scale", b"cbuiltins\nlen\n.")
    ask("repository", "POST", "/collector", {"name": "collector", "version": 3, "meta": {"url": "http://127.0.0.1"}})
    ask("repository", "POST", "/model", {"model_name": "null \0 in a name", "model_version": MARK})
    ask("repository", "POST", "/training-results", {
        "model_name": "digits", "model_version": "1", "training_id": "7", "configuration_id": "7", "results": {"accuracy": 0.5, "rounds": 3}})
    put("/training-results/digits/1/7/7", pickle.dumps([numpy.array([5, 6], numpy.float32)]))
    for path, body in (
            ("models/digits/1/tags", {"tags": ["vision", "small"]}), ("models/digits/1/stage", {"stage": "production"}),
            ("models/digits/2/stage", {"stage": "production"}), ("strategies/fair/tags", {"tags": ["fair"]}),
            ("training-results/digits/1/7/tags", {"tags": ["by-hand"]}), ("transformations/scale/tags", {"tags": ["x"]}),
            ("collectors/collector/3/tags", {"tags": ["c"]})):
        ask("repository", "PUT", f"/api/v2/{path}", body)


def create(name, model, **changes):
    config = {"aggregator": "fedavg", "round_timeout": WEEK, "buffer_size": -1, "rounds": 2, "delete_models_storage": True,
              "clients_required": 2, "requested_clients": 0, "validate": True, "helper_type": "numpyhelper", "model_id": model, **changes}
    return ask("controller", "POST", "/api/v1/sessions/", {"name": name, "session_config": config})["session_id"]


def start(session, clients, rounds):
    ask("controller", "POST", "/api/v1/sessions/start", {
        "session_id": session, "rounds": rounds, "client_ids": clients, "model_name_prefix": "prefix"})


def is_at(session, status):
    return ask("controller", "GET", f"/api/v1/sessions/{session}")["status"] == status


def rounds_of(session):
    return ask("controller", "GET", f"/api/v1/rounds/?session_id={session}")["result"]


def seed_model(*values):
    body, content_type = form(npz(*values), "seed.npz")
    return ask("controller", "POST", "/api/v1/models/", body, content_type=content_type)["model_id"]


def report(peer, session, model):
    peer.unary("Connector/SendStatus", fedn.Status(
        sender=peer.sender, status="a status with a null \0 and a mark " + MARK, log_level=fedn.WARNING, type=fedn.LOG, session_id=session))
    peer.unary("Combiner/SendModelMetric", fedn.ModelMetric(
        sender=peer.sender, model_id=model, session_id=session, round_id="1", step={"value": 4},
        metrics=[fedn.MetricElem(key="loss", value=0.25), fedn.MetricElem(key="astray", value=float("nan"))]))
    peer.unary("Combiner/SendAttributeMessage", fedn.AttributeMessage(sender=peer.sender, attributes=[
        fedn.AttributeElem(key="site", value="north"), fedn.AttributeElem(key="null", value="a\0b")]))
    peer.unary("Combiner/SendTelemetryMessage", fedn.TelemetryMessage(
        sender=peer.sender, telemetries=[fedn.TelemetryElem(key="cpu_usage", value=1.5)]))


def direct(peer, number, model, client):
    parameters = {"task": "training", "round_id": str(number), "session_id": "direct", "model_id": model, "round_timeout": str(WEEK),
                  "buffer_size": "-1", "delete_models_storage": "True", "clients_required": "1", "helper_type": "numpyhelper",
                  "aggregator": "fedavg", "aggregator_kwargs": "None", "selected_clients": f"['{client}']"}
    peer.unary("Control/Start", fedn.ControlRequest(
        command=fedn.START, parameter=[fedn.Parameter(key=k, value=v) for k, v in parameters.items()]), fedn.ControlResponse)


def work_through():
    """Earlier sessions, and the rounds that are open when the server is killed."""
    for client in ("a", "b"):
        ask("controller", "POST", "/api/v1/clients/add", {
            "name": f"name of {client}", "client_id": client, "preferred_combiner": "combiner", "package": "local"})
    ask("controller", "PUT", "/api/v1/helpers/active", {"helper": "numpyhelper"})
    a, b, c = Peer("a", 1, 1), Peer("b", 3, 3), Peer("c", 5, 1)

    finished = create("finished", "repository:digits/1", aggregator="fair", server_functions="print('null \0')", requested_clients=5)
    start(finished, "a,b", 2)
    wait_for("the end of the first session", lambda: is_at(finished, "Finished"))
    newest = ask("controller", "GET", f"/api/v1/models/?session_id={finished}")["result"][0]["model_id"]
    wait_for("the validations", lambda: ask("controller", "GET", f"/api/v1/validations/?session_id={finished}")["count"] == 4)
    wait_for("the result", lambda: [r for r in ask("repository", "GET", "/training-results") if r["results"].get("accuracy") == "0.75"])
    report(a, finished, newest)

    seed = seed_model(10, 20)
    failed = create("failed", seed, validate=False, clients_required=1)
    c.fails = True
    start(failed, "c", 1)
    wait_for("the end of the failed session", lambda: is_at(failed, "Finished"))
    c.fails = False

    terminated = create("terminated", seed, validate=False, delete_models_storage=False)
    a.free = b.free = c.free = 0
    start(terminated, "a,b", 1)
    a.held.get(timeout=LIMIT), b.held.get(timeout=LIMIT)
    ask("controller", "PATCH", f"/api/v1/sessions/{terminated}", {"status": "Terminated"})
    wait_for("the end of the terminated round", lambda: rounds_of(terminated)[0]["status"] == "Terminated")
    create("created", seed, aggregator="qfedavg", aggregator_kwargs={"q_param": 0.3})

    opened = create("open \0 with a null", seed)
    a.free = b.free = 1
    start(opened, "a,b", 3)
    return a, b, c, seed, opened


def upload_half(peer):
    with contextlib.suppress(grpc.RpcError):
        peer.upload("half-written", b"half of a model", finish=threading.Event())


def open_rounds(a, b, c, seed, opened):
    # The session's first round is done; its second has the update of one of two, and what the other has uploaded is in no update yet.
    task = a.held.get(timeout=LIMIT)
    b.held.get(timeout=LIMIT)
    a.work(task)
    b.upload(str(uuid.uuid4()), npz(7, 7))
    direct(c, 40, seed, "c")
    c.held.get(timeout=LIMIT)
    direct(c, 41, seed, "c")
    threading.Thread(target=upload_half, args=[c], daemon=True).start()
    wait_for("the half-written upload", lambda: list((home / "data/spool/incoming").iterdir()))
    wait_for("the validations", lambda: ask("controller", "GET", f"/api/v1/validations/?session_id={opened}")["count"] == 2)
    wait_for("the reports", lambda: ask("controller", "GET", "/api/v1/telemetry/")["count"])
    return {"session": opened, "round": int(json.loads(task.data)["round_id"]), "model": task.model_id, "direct_model": seed}


def answers():
    """What the server answers of all that it holds; files as their SHA-256."""
    controller = {f"/api/v1/{name}/": ask("controller", "GET", f"/api/v1/{name}/")["result"] for name in (
        "sessions", "runs", "rounds", "models", "statuses", "validations", "metrics", "attributes", "telemetry")}
    repository = {path: ask("repository", "GET", path) for path in (
        "/model", "/model?trained=true", "/training-results", "/training-results/digits/1", "/strategy", "/transformation", "/models/available",
        "/model/meta?model_name=digits&model_version=1")}
    for name in ("models", "training-results", "strategies", "transformations", "collectors", "files", "audit"):
        repository[f"/api/v2/{name}"] = ask("repository", "GET", f"/api/v2/{name}")["items"]
    for name in ("models/digits/1", "models/digits/2", "training-results/digits/1/7"):
        repository[f"/api/v2/{name}"] = ask("repository", "GET", f"/api/v2/{name}")
    binary = {"Accept": "application/octet-stream"}
    result = next(r for r in repository["/training-results"] if r["training_id"] != "7")
    weights = f"/training-results/weights/digits/1/{result['training_id']}"
    return {
        "controller": controller,
        "repository": repository,
        "models": {f"/api/v1/models/{m['model_id']}/download": sha256(call("controller", "GET", f"/api/v1/models/{m['model_id']}/download"))
                   for m in controller["/api/v1/models/"]},
        "files": {path: sha256(call("repository", "GET", path, headers=binary)) for path in (
            "/model/digits/1", "/model/digits/2", "/strategy/fair", "/transformation/scale", weights, "/training-results/weights/digits/1/7")},
        "texts": {path: sha256(call("repository", "GET", path)) for path in (weights, "/training-results/weights/digits/1/7")},
    }


def pack():
    def plain(member):
        member.uid = member.gid = 0
        member.uname = member.gname = ""
        return member

    with tarfile.open(f"{NAME}.tar.gz", "w:gz", format=tarfile.PAX_FORMAT) as archive:
        archive.add(home, NAME, filter=plain)


try:
    fill_repository()
    parts = work_through()
    told = {"open": open_rounds(*parts)}
    last = None
    while last != (last := answers()):
        pass
    told |= last
finally:
    # At once and without a word, as a crash would.
    os.kill(server.pid, signal.SIGKILL)
    server.wait()

pack()
pathlib.Path(f"{NAME}.json").write_text(json.dumps(told, indent=1, ensure_ascii=True) + "\n")
print(f"{NAME}.tar.gz and {NAME}.json; the log is {work / 'log.txt'}")
os._exit(0)
