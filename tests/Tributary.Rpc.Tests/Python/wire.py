# SPDX-License-Identifier: Apache-2.0
"""The one test message, encoded by hand: bytes data = 1, string text = 2, int32 number = 3."""

SERVICE = "tributary.rpc.tests.Test"
LIMIT = 60  # seconds, as TestLimits.Step


def _varint(value):
    out = bytearray()
    while value > 0x7F:
        out.append(value & 0x7F | 0x80)
        value >>= 7
    out.append(value)
    return bytes(out)


def _read_varint(raw, at):
    value = shift = 0
    while True:
        value |= (raw[at] & 0x7F) << shift
        at += 1
        if raw[at - 1] < 0x80:
            return value, at
        shift += 7


def note(data=b"", text="", number=0):
    out = b""
    if data:
        out += b"\x0a" + _varint(len(data)) + data
    if text:
        raw = text.encode()
        out += b"\x12" + _varint(len(raw)) + raw
    if number:
        out += b"\x18" + _varint(number)
    return out


def parse(raw):
    fields = {1: b"", 2: b"", 3: 0}
    at = 0
    while at < len(raw):
        tag, at = _read_varint(raw, at)
        value, at = _read_varint(raw, at)
        if tag & 7 == 2:
            value, at = raw[at : at + value], at + value
        fields[tag >> 3] = value
    return fields[1], fields[2].decode(), fields[3]
