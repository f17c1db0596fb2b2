# SPDX-License-Identifier: Apache-2.0
"""Plays every case against a combiner and against probes: a line of JSON for each, with the reason when it failed.

usage: grpc_client.py FOLDER_OF_GENERATED_CODE COMBINER_HOST:PORT PROBES_HOST:PORT
"""

import json
import os
import sys
import threading
import traceback

import grpc

sys.path.insert(0, sys.argv[1])
import fedn_pb2 as fedn  # noqa: E402

COMBINER, PROBES = sys.argv[2:4]
LIMIT = 60  # seconds, as TestLimits.Step
MIB = 1 << 20
PINGS = [
    ("grpc.keepalive_time_ms", 1000),
    ("grpc.keepalive_timeout_ms", 30000),
    ("grpc.keepalive_permit_without_calls", 1),
    ("grpc.http2.max_pings_without_data", 0),
    ("grpc.http2.min_time_between_pings_ms", 1000),
    ("grpc.use_local_subchannel_pool", 1),
]
CASES = []


def case(function):
    CASES.append(function)
    return function


def equal(expected, actual):
    assert expected == actual, f"expected {expected!r}, got {actual!r}"


class Peer:
    """The methods that the cases call, on a connection of their own."""

    def __init__(self, address):
        self.channel = grpc.insecure_channel(address, options=PINGS)

    def unary(self, method, request, response, **options):
        call = self.channel.unary_unary(f"/fedn.{method}", type(request).SerializeToString, response.FromString)
        return call(request, **{"timeout": LIMIT, **options})

    def heartbeat(self, name="python", **options):
        request = fedn.Heartbeat(sender=fedn.Client(name=name, client_id="python", role=fedn.CLIENT))
        return self.unary("Connector/SendHeartbeat", request, fedn.Response, **options).response

    def upload(self, frames, metadata=(), **options):
        call = self.channel.stream_unary(
            "/fedn.ModelService/Upload", fedn.ModelRequest.SerializeToString, fedn.ModelResponse.FromString)
        return call(iter(frames), timeout=LIMIT, metadata=[("client", "python"), *metadata], **options)

    def download(self, model, metadata=()):
        call = self.channel.unary_stream(
            "/fedn.ModelService/Download", fedn.ModelRequest.SerializeToString, fedn.ModelResponse.FromString)
        return call(fedn.ModelRequest(id=model), timeout=LIMIT, metadata=[("client", "python"), *metadata])

    def probe(self, deed, data="", code=0, **options):
        request = fedn.Status(status=deed, data=data, extra=str(code))
        return self.unary("Connector/SendStatus", request, fedn.Response, **options).response

    def stream(self, data, **options):
        call = self.channel.unary_stream(
            "/fedn.Connector/AllianceStatusStream", fedn.ClientAvailableMessage.SerializeToString, fedn.Status.FromString)
        return call(fedn.ClientAvailableMessage(data=data), **{"timeout": LIMIT, **options})

    def end_of(self, name):
        return self.probe("end-of", name)


def failure_of(call):
    try:
        call()
    except grpc.RpcError as error:
        return error
    raise AssertionError("the call succeeded")


def status_of(call):
    error = failure_of(call)
    return error.code(), error.details()


def frames(model, data):
    for at in range(0, len(data), MIB):
        yield fedn.ModelRequest(id=model, data=data[at : at + MIB], status=fedn.IN_PROGRESS)
    yield fedn.ModelRequest(id=model, status=fedn.OK)


def round_trip(combiner, model, data, **options):
    answer = combiner.upload(frames(model, data), **options)
    equal((model, fedn.OK, "Got model successfully."), (answer.id, answer.status, answer.message))
    parts = list(combiner.download(model))
    equal(fedn.OK, parts[-1].status)
    assert data == b"".join(part.data for part in parts), "the bytes differ"


@case
def unary(combiner, probes):
    equal("Heartbeat received", combiner.heartbeat())
    equal("", probes.probe("echo"))


@case
def upload_then_download(combiner, probes):
    round_trip(combiner, "py-model", os.urandom(24 * MIB + 3))


@case
def upload_compressed(combiner, probes):
    for compression in (grpc.Compression.Gzip, grpc.Compression.NoCompression):
        round_trip(combiner, f"py-{compression.name}", bytes(3 * MIB) + os.urandom(1000), compression=compression)
    equal("Heartbeat received", combiner.heartbeat(compression=grpc.Compression.Gzip))


@case
def status_with_details(combiner, probes):
    code, details = status_of(lambda: combiner.upload(frames("../evil", b"x")))
    equal(grpc.StatusCode.INVALID_ARGUMENT, code)
    assert details.startswith("id: '../evil'; expected"), details


@case
def every_status_code(combiner, probes):
    for code in grpc.StatusCode:
        number = code.value[0]
        if number:
            equal((code, f"code {number}"), status_of(lambda: probes.probe("fail", f"code {number}", number)))


@case
def unicode_details(combiner, probes):
    text = "nötig 100% ok\n日本語 \U0001f600"
    equal((grpc.StatusCode.FAILED_PRECONDITION, text), status_of(lambda: probes.probe("fail", text, 9)))


@case
def details_over_the_limit(combiner, probes):
    equal((grpc.StatusCode.FAILED_PRECONDITION, "x" * 1024), status_of(lambda: probes.probe("fail", "x" * 9000, 9)))


@case
def failure_trailers(combiner, probes):
    trailers = dict(failure_of(lambda: probes.probe("fail", "short", 5)).trailing_metadata())
    equal(("because", b"\x00\x01\xff"), (trailers["why"], trailers["why-bin"]))
    trailers = dict(failure_of(lambda: probes.probe("fail", "x" * 9000, 5)).trailing_metadata())
    equal(("because", b"\x00\x01\xff"), (trailers["why"], trailers["why-bin"]))


@case
def unknown_method_and_service(combiner, probes):
    for method in ("Connector/Nothing", "Nothing/Nothing", "Connector/ReassignClient"):
        error = failure_of(lambda: combiner.unary(method, fedn.Heartbeat(), fedn.Response))
        equal((method, grpc.StatusCode.UNIMPLEMENTED), (method, error.code()))


@case
def message_over_the_limit(combiner, probes):
    equal(grpc.StatusCode.RESOURCE_EXHAUSTED, status_of(lambda: combiner.heartbeat("x" * (5 * MIB)))[0])
    big = fedn.ModelRequest(id="py-big", data=bytes(5 * MIB), status=fedn.IN_PROGRESS)
    equal(grpc.StatusCode.RESOURCE_EXHAUSTED, status_of(lambda: combiner.upload([big]))[0])


@case
def message_inflates_past_the_limit(combiner, probes):
    error = failure_of(lambda: combiner.heartbeat("x" * (64 * MIB), compression=grpc.Compression.Gzip))
    equal(grpc.StatusCode.RESOURCE_EXHAUSTED, error.code())
    big = fedn.ModelRequest(id="py-bomb", data=bytes(64 * MIB), status=fedn.IN_PROGRESS)
    error = failure_of(lambda: combiner.upload([big], compression=grpc.Compression.Gzip))
    equal(grpc.StatusCode.RESOURCE_EXHAUSTED, error.code())


@case
def stream_in_order_then_late_failure(combiner, probes):
    answers = probes.stream("count 500")
    got = []
    error = failure_of(lambda: got.extend(iter(lambda: next(answers).data, None)))
    equal([str(i) for i in range(500)], got)
    equal((grpc.StatusCode.ABORTED, "late"), (error.code(), error.details()))


@case
def upload_early_failure(combiner, probes):
    data = fedn.ModelRequest(id="early", data=bytes(MIB), status=fedn.IN_PROGRESS)
    call = lambda: probes.upload((data for _ in range(1000)), [("deed", "early")])  # noqa: E731
    equal((grpc.StatusCode.FAILED_PRECONDITION, "early"), status_of(call))


@case
def deadline(combiner, probes):
    equal(grpc.StatusCode.DEADLINE_EXCEEDED, status_of(lambda: probes.probe("wait", "py-deadline", timeout=0.3))[0])
    equal("cancelled", probes.end_of("py-deadline"))
    equal(grpc.StatusCode.DEADLINE_EXCEEDED, status_of(lambda: next(probes.stream("py-late", timeout=0.3)))[0])
    equal("cancelled", probes.end_of("py-late"))
    left = int(probes.probe("deadline", timeout=3600))
    assert 3000 < left <= 3660, left


@case
def cancel(combiner, probes):
    call = probes.stream("py-cancel")
    call.initial_metadata()
    call.cancel()
    equal("cancelled", probes.end_of("py-cancel"))


@case
def cancel_of_a_flood(combiner, probes):
    call = probes.stream("flood py-flood")
    next(call)
    call.cancel()
    equal("cancelled", probes.end_of("py-flood"))


@case
def pings_every_second(combiner, probes):
    """Pings go out meanwhile, without a call and then with an idle stream; a GOAWAY would show as a change of state."""
    combiner.heartbeat()
    stays_connected(combiner.channel)
    call = probes.stream("py-pings")
    call.initial_metadata()
    stays_connected(probes.channel)
    assert call.is_active()
    call.cancel()
    combiner.heartbeat()


@case
def health(combiner, probes):
    check = combiner.channel.unary_unary("/grpc.health.v1.Health/Check")
    equal(b"\x08\x01", check(b"", timeout=LIMIT))
    equal(grpc.StatusCode.NOT_FOUND, status_of(lambda: check(b"\x0a\x04none", timeout=LIMIT))[0])


@case
def many_calls_at_once(combiner, probes):
    call = probes.channel.unary_unary("/fedn.Connector/SendStatus", fedn.Status.SerializeToString, fedn.Response.FromString)
    calls = [call.future(fedn.Status(data=str(i)), timeout=LIMIT) for i in range(500)]
    equal([str(i) for i in range(500)], [call.result().response for call in calls])


def stays_connected(channel):
    states = []
    ready = threading.Event()

    def seen(state):
        states.append(state)
        if state is grpc.ChannelConnectivity.READY:
            ready.set()

    channel.subscribe(seen)
    assert ready.wait(LIMIT)
    before = len(states)
    threading.Event().wait(4.5)
    channel.unsubscribe(seen)
    equal([], states[before:])


def run(function, results):
    combiner, probes = Peer(COMBINER), Peer(PROBES)
    try:
        function(combiner, probes)
        results[function.__name__] = None
    except Exception:
        results[function.__name__] = traceback.format_exc()
    finally:
        combiner.channel.close()
        probes.channel.close()


def main():
    results = {}

    # Side by side, since some of them mostly wait.
    threads = [threading.Thread(target=run, args=(function, results)) for function in CASES]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    for name, failed in results.items():
        print(json.dumps({"case": name, "failed": failed}), flush=True)


main()
