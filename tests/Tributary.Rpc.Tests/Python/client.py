# SPDX-License-Identifier: Apache-2.0
"""Runs every case against a server and prints one line of JSON for each: its name and, when it failed, why."""

import json
import os
import sys
import threading
import time
import traceback

import grpc

from wire import LIMIT, SERVICE, note, parse

ADDRESS = sys.argv[1]
KEEPALIVE = [
    ("grpc.keepalive_time_ms", 1000),
    ("grpc.keepalive_timeout_ms", 30000),
    ("grpc.keepalive_permit_without_calls", 1),
    ("grpc.http2.max_pings_without_data", 0),
    ("grpc.http2.min_time_between_pings_ms", 1000),
    ("grpc.use_local_subchannel_pool", 1),
]
CASES = {}


def case(function):
    CASES[function.__name__] = function
    return function


def path(method):
    return f"/{SERVICE}/{method}"


def unary(channel, method):
    return channel.unary_unary(path(method))


def status_of(call):
    try:
        call()
    except grpc.RpcError as error:
        return error
    raise AssertionError("the call succeeded")


def equal(expected, actual):
    assert expected == actual, f"expected {expected!r}, got {actual!r}"


@case
def unary_echo(channel):
    equal((b"abc", "hello", 7), parse(unary(channel, "Echo")(note(b"abc", "hello", 7), timeout=LIMIT)))


@case
def unary_empty_message(channel):
    equal(b"", unary(channel, "Echo")(b"", timeout=LIMIT))


@case
def unary_three_mebibytes(channel):
    data = os.urandom(3 << 20)
    equal(data, parse(unary(channel, "Echo")(note(data), timeout=LIMIT))[0])


@case
def unary_over_the_limit(channel):
    error = status_of(lambda: unary(channel, "Echo")(bytes(5 << 20), timeout=LIMIT))
    equal(grpc.StatusCode.RESOURCE_EXHAUSTED, error.code())
    equal("Received message larger than max (5242880 vs. 4194304)", error.details())


@case
def every_status_code(channel):
    for code in grpc.StatusCode:
        number = code.value[0]
        if number:
            error = status_of(lambda: unary(channel, "Fail")(note(text=f"code {number}", number=number), timeout=LIMIT))
            equal((code, f"code {number}"), (error.code(), error.details()))


@case
def unicode_detail(channel):
    text = "nötig 100% ok\n日本語 \U0001f600"
    equal(text, status_of(lambda: unary(channel, "Fail")(note(text=text, number=9), timeout=LIMIT)).details())


@case
def detail_over_the_limit(channel):
    error = status_of(lambda: unary(channel, "Fail")(note(text="x" * 9000, number=9), timeout=LIMIT))
    equal((grpc.StatusCode.FAILED_PRECONDITION, "x" * 1024), (error.code(), error.details()))


@case
def failure_trailers(channel):
    error = status_of(lambda: unary(channel, "Fail")(note(number=5), timeout=LIMIT))
    trailers = dict(error.trailing_metadata())
    equal("because", trailers["why"])
    equal(b"\x00\x01\xff", trailers["why-bin"])


@case
def crash_is_hidden(channel):
    error = status_of(lambda: unary(channel, "Crash")(b"", timeout=LIMIT))
    equal(grpc.StatusCode.UNKNOWN, error.code())
    assert "secret" not in error.details(), error.details()


@case
def unknown_method(channel):
    equal(grpc.StatusCode.UNIMPLEMENTED, status_of(lambda: unary(channel, "Nothing")(b"", timeout=LIMIT)).code())


@case
def metadata_both_ways(channel):
    sent = [("x-a", "one"), ("x-a", "two, three"), ("x-b-bin", b"\x00\xff\n"), ("x-b-bin", b""), ("x-b-bin", b"12345")]
    _, call = unary(channel, "Echo").with_call(b"", timeout=LIMIT, metadata=sent)
    equal(sorted(sent), sorted((k, v) for k, v in call.initial_metadata() if k.startswith("x-")))
    equal(sorted(("t" + k, v) for k, v in sent), sorted((k, v) for k, v in call.trailing_metadata() if k.startswith("tx-")))


@case
def server_stream(channel):
    answers = channel.unary_stream(path("Count"))(note(number=500), timeout=LIMIT)
    equal(list(range(500)), [parse(a)[2] for a in answers])


@case
def server_stream_large_messages(channel):
    data = os.urandom(1 << 20)
    answers = channel.unary_stream(path("Count"))(note(data, number=20), timeout=LIMIT)
    equal([data] * 20, [parse(a)[0] for a in answers])


@case
def server_stream_late_failure(channel):
    answers = channel.unary_stream(path("Count"))(note(number=3, text="late"), timeout=LIMIT)
    got = []
    error = status_of(lambda: got.extend(iter(lambda: parse(next(answers))[2], None)))
    equal(([0, 1, 2], grpc.StatusCode.ABORTED, "late"), (got, error.code(), error.details()))


@case
def server_stream_headers_at_once(channel):
    call = channel.unary_stream(path("Idle"))(note(text="headers"), timeout=LIMIT)
    begin = time.monotonic()
    call.initial_metadata()
    assert time.monotonic() - begin < 3
    call.cancel()


@case
def client_stream(channel):
    answer = channel.stream_unary(path("Sum"))((note(bytes(1000)) for _ in range(500)), timeout=LIMIT)
    equal("500000", parse(answer)[1])


@case
def client_stream_large_messages_raw(channel):
    chunk = note(bytes(1 << 20))
    answer = channel.stream_unary(path("SumRaw"))((chunk for _ in range(64)), timeout=LIMIT)
    equal((str(64 * len(chunk)), 64), parse(answer)[1:])


@case
def client_stream_early_answer(channel):
    error = status_of(lambda: channel.stream_unary(path("Early"))((note(bytes(1 << 20)) for _ in range(1000)), timeout=LIMIT))
    equal((grpc.StatusCode.FAILED_PRECONDITION, "early"), (error.code(), error.details()))


@case
def duplex_in_turns(channel):
    wait = threading.Semaphore(1)

    def requests():
        for i in range(100):
            wait.acquire(timeout=LIMIT)
            yield note(number=i)

    got = []
    for answer in channel.stream_stream(path("Chat"))(requests(), timeout=LIMIT):
        got.append(parse(answer)[2])
        wait.release()
    equal(list(range(100)), got)


@case
def gzip_request(channel):
    data = bytes(1 << 20)
    for algorithm in (grpc.Compression.Gzip, grpc.Compression.NoCompression):
        equal(data, parse(unary(channel, "Echo")(note(data), timeout=LIMIT, compression=algorithm))[0])


@case
def deflate_is_refused(channel):
    error = status_of(lambda: unary(channel, "Echo")(note(bytes(1000)), timeout=LIMIT, compression=grpc.Compression.Deflate))
    equal(grpc.StatusCode.UNIMPLEMENTED, error.code())


@case
def deadline_of_the_client(channel):
    begin = time.monotonic()
    error = status_of(lambda: unary(channel, "Wait")(note(text="py-deadline"), timeout=0.3))
    equal(grpc.StatusCode.DEADLINE_EXCEEDED, error.code())
    assert time.monotonic() - begin > 0.25
    assert end_of(channel, "py-deadline") in ("told", "aborted")


@case
def cancel_by_the_client(channel):
    call = channel.unary_stream(path("Idle"))(note(text="py-cancel"), timeout=LIMIT)
    call.initial_metadata()
    call.cancel()
    equal("aborted", end_of(channel, "py-cancel"))


@case
def cancel_stops_a_flood(channel):
    call = channel.unary_stream(path("Flood"))(note(bytes(1000), text="py-flood"), timeout=LIMIT)
    next(call)
    call.cancel()
    equal("ended", end_of(channel, "py-flood"))


@case
def cancel_an_upload(channel):
    gate = threading.Event()

    def requests():
        yield note(b"one")
        gate.wait(LIMIT)

    call = channel.stream_unary(path("Sum")).future(requests(), timeout=LIMIT)
    call.cancel()
    gate.set()
    equal(grpc.StatusCode.CANCELLED, call.code())
    unary_echo(channel)


@case
def keepalive_while_idle(channel):
    call = channel.unary_stream(path("Idle"))(note(text="py-keepalive"), timeout=LIMIT)
    call.initial_metadata()
    stays_connected(channel)
    call.cancel()
    unary_echo(channel)


@case
def keepalive_without_calls(channel):
    unary_echo(channel)
    stays_connected(channel)
    unary_echo(channel)


@case
def message_over_the_windows(channel):
    data = os.urandom(3 << 20)
    answer = channel.stream_unary(path("SumRaw"))((note(data) for _ in range(40)), timeout=LIMIT)
    equal(str(40 * len(note(data))), parse(answer)[1])


@case
def health(channel):
    check = channel.unary_unary("/grpc.health.v1.Health/Check")
    equal(b"\x08\x01", check(b"", timeout=LIMIT))
    equal(grpc.StatusCode.NOT_FOUND, status_of(lambda: check(b"\x0a\x04none", timeout=LIMIT)).code())
    watch = channel.unary_stream("/grpc.health.v1.Health/Watch")(b"\x0a\x04none", timeout=LIMIT)
    equal(b"\x08\x03", next(watch))
    watch.cancel()


@case
def many_calls_at_once(channel):
    calls = [unary(channel, "Echo").future(note(number=i + 1), timeout=LIMIT) for i in range(500)]
    equal(list(range(1, 501)), [parse(call.result())[2] for call in calls])


def end_of(channel, text):
    return parse(unary(channel, "EndOf")(note(text=text), timeout=LIMIT))[1]


def stays_connected(channel):
    """Pings go out every second meanwhile; a GOAWAY would show as a change of state."""
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
    equal([], states[before:])


def run(function):
    with grpc.insecure_channel(ADDRESS, options=KEEPALIVE) as channel:
        try:
            function(channel)
            return None
        except Exception:
            return traceback.format_exc()


def main():
    if sys.argv[2:] == ["--list"]:
        print("\n".join(CASES))
        return
    results = {}

    # Side by side, since some of them mostly wait.
    threads = [threading.Thread(target=lambda f=f: results.__setitem__(f.__name__, run(f))) for f in CASES.values()]
    for at in range(0, len(threads), 8):
        for thread in threads[at : at + 8]:
            thread.start()
        for thread in threads[at : at + 8]:
            thread.join()
    for name, failure in results.items():
        print(json.dumps({"name": name, "failure": failure}), flush=True)


main()
