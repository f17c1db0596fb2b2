# SPDX-License-Identifier: Apache-2.0
"""Archives of mongodump, written and read without the server's code: by python3-bson, and a CRC-64/XZ made by hand.

write CASE FILE    writes the archive of a case
read FILE          prints what an archive holds as JSON
"""
import base64
import datetime
import gzip
import json
import struct
import sys

import bson
from bson import Binary, Int64, ObjectId

MAGIC = b"\x6d\xe2\x99\x81"
TERMINATOR = b"\xff\xff\xff\xff"
CHUNK = 261120


def crc64(data, crc=0):
    crc ^= 0xFFFFFFFFFFFFFFFF
    for byte in data:
        crc ^= byte
        for _ in range(8):
            crc = (crc >> 1) ^ (0xC96C5795D7870F42 if crc & 1 else 0)
    return crc ^ 0xFFFFFFFFFFFFFFFF


TABLE = []
for index in range(256):
    value = index
    for _ in range(8):
        value = (value >> 1) ^ (0xC96C5795D7870F42 if value & 1 else 0)
    TABLE.append(value)


def crc64_fast(data, crc=0):
    crc ^= 0xFFFFFFFFFFFFFFFF
    for byte in data:
        crc = TABLE[(crc ^ byte) & 0xFF] ^ (crc >> 8)
    return crc ^ 0xFFFFFFFFFFFFFFFF


assert crc64(b"123456789") == crc64_fast(b"123456789") == 0x995DC9BBDF1939FA


def signed(number):
    return Int64(number - (1 << 64) if number >= 1 << 63 else number)


class Archive:
    def __init__(self, collections):
        self.out = bytearray(MAGIC)
        self.crc = {}
        self.add({"concurrent_collections": 4, "version": "0.1", "server_version": "6.0.5", "tool_version": "100.7.0"})
        for database, name in collections:
            metadata = json.dumps({"indexes": [{"v": {"$numberInt": "2"}, "key": {"_id": {"$numberInt": "1"}}, "name": "_id_"}],
                                   "uuid": "0" * 32, "collectionName": name, "type": "collection"})
            self.add({"db": database, "collection": name, "metadata": metadata, "size": 0, "type": "collection"})
            self.crc[database, name] = 0
        self.out += TERMINATOR

    def add(self, document):
        self.out += document if isinstance(document, bytes) else bson.encode(document)

    def part(self, key, documents):
        self.add({"db": key[0], "collection": key[1], "EOF": False, "CRC": Int64(0)})
        for document in documents:
            data = document if isinstance(document, bytes) else bson.encode(document)
            self.crc[key] = crc64_fast(data, self.crc[key])
            self.out += data
        self.out += TERMINATOR

    def end(self, key, crc=None):
        self.add({"db": key[0], "collection": key[1], "EOF": True, "CRC": signed(self.crc[key] if crc is None else crc)})
        self.out += TERMINATOR


def oid(number):
    return ObjectId("%024x" % number)


def date(second):
    return datetime.datetime(2024, 2, 3, 4, 5, second, 678000)


MODEL = bytes((i * 7) % 251 for i in range(CHUNK + 1000))
WEIGHTS = bytes(range(256)) * 3
OLD = b"old model"

MODELS, RESULTS, STRATEGIES, TRANSFORMATIONS, COLLECTORS = (("repository", n) for n in
                                                           ("models", "results", "strategies", "transformations", "collectors"))
FILES, CHUNKS = ("repository_grid", "fs.files"), ("repository_grid", "fs.chunks")
SYSTEM, USERS, STARTUP = ("admin", "system.version"), ("config", "system.sessions"), ("local", "startup_log")

DOCUMENTS = {
    MODELS: [
        {"_id": oid(1), "model_name": "base", "model_version": "ü 1", "model_id": str(oid(101)),
         "meta": {"library": "keras", "description": None}, "extra": {"re": bson.Regex("x"), "t": bson.Timestamp(1, 2)}},
        {"_id": oid(2), "model_name": "empty", "model_version": "1", "model_id": None, "meta": None},
    ],
    RESULTS: [{"_id": oid(3), "model_name": "base", "model_version": "ü 1", "training_id": "13",
               "results": {"accuracy": 0.21299999952316284, "rounds": 3, "a.b": "x"}, "weights_id": str(oid(102)), "configuration_id": "10"}],
    STRATEGIES: [{"_id": oid(4), "meta": {"Author": "A"}, "strategy_name": "fedavg", "strategy_description": None, "strategy_id": None}],
    TRANSFORMATIONS: [{"_id": oid(5), "id": "t", "description": "d", "parameter_types": {"a": "int"},
                       "default_values": {"a": Int64(1 << 40), "b": [1, 2.5, None, {"c": True}]}, "outputs": ["o"],
                       "needs": {"storage": 0.0, "RAM": None, "GPU": True, "preinstalled_libraries": None, "available_models": None},
                       "storage_id": None}],
    COLLECTORS: [{"_id": oid(6), "meta": None, "name": "c", "version": 2, "collector_id": None}],
}
RECORDS = [
    {"_id": oid(101), "filename": "model/base/ü 1", "chunkSize": CHUNK, "length": Int64(len(MODEL)), "uploadDate": date(2)},
    {"_id": oid(100), "filename": "model/base/ü 1", "chunkSize": CHUNK, "length": Int64(len(OLD)), "uploadDate": date(1)},
    {"_id": oid(102), "filename": "weights/base/ü 1/10", "training_id": "13", "chunkSize": CHUNK, "length": Int64(len(WEIGHTS)),
     "uploadDate": date(3)},
    {"_id": oid(103), "filename": "strategy/empty", "chunkSize": CHUNK, "length": Int64(0), "uploadDate": date(4)},
]


def chunk(number, file, n, data):
    return {"_id": oid(number), "files_id": oid(file), "n": n, "data": Binary(data)}


PIECES = [chunk(201, 101, 0, MODEL[:CHUNK]), chunk(202, 101, 1, MODEL[CHUNK:]), chunk(203, 100, 0, OLD), chunk(204, 102, 0, WEIGHTS)]
OWN = [*DOCUMENTS, FILES, CHUNKS]


def plain(records=RECORDS, pieces=PIECES, documents=DOCUMENTS):
    archive = Archive(OWN)
    for key in documents:
        archive.part(key, documents[key])
        archive.end(key)
    for key, content in ((FILES, records), (CHUNKS, pieces)):
        archive.part(key, content)
        archive.end(key)
    return bytes(archive.out)


def interleaved():
    """Parts of all collections mixed, chunks before their files and backwards, and the database's own collections between."""
    archive = Archive([SYSTEM, *OWN, USERS, STARTUP, ("other", "things"), ("other", "view without documents")])
    archive.part(CHUNKS, [PIECES[3], PIECES[1]])
    archive.part(SYSTEM, [{"_id": "featureCompatibilityVersion", "version": "6.0"}])
    archive.part(MODELS, DOCUMENTS[MODELS][:1])
    archive.part(FILES, RECORDS[2:])
    archive.part(("other", "things"), [{"_id": 1}, {"_id": 2}])
    archive.part(CHUNKS, [PIECES[2]])
    archive.part(USERS, [])
    for key in (RESULTS, STRATEGIES, TRANSFORMATIONS, COLLECTORS):
        archive.part(key, DOCUMENTS[key])
        archive.end(key)
    archive.end(SYSTEM)
    archive.part(MODELS, DOCUMENTS[MODELS][1:])
    archive.part(CHUNKS, [PIECES[0]])
    archive.end(CHUNKS)
    archive.part(FILES, RECORDS[:2])
    archive.end(("other", "things"))
    archive.end(FILES)
    archive.end(USERS)
    archive.end(MODELS)
    archive.part(STARTUP, [{"_id": 7}])
    archive.end(STARTUP)
    return bytes(archive.out)


def time_series(*databases):
    """Time series, which are announced under their names and written as their buckets, and a view among the repository's collections."""
    archive = Archive([*((d, "temperatures") for d in databases), *OWN, ("repository", "a view")])
    for database in databases:
        key = (database, "system.buckets.temperatures")
        archive.crc[key] = 0
        archive.part(key, [{"_id": i, "control": {"version": 1}} for i in range(3)])
        archive.end(key)
    for key in OWN:
        archive.part(key, {**DOCUMENTS, FILES: RECORDS, CHUNKS: PIECES}[key])
        archive.end(key)
    return bytes(archive.out)


def buckets_of_nothing():
    archive = Archive(OWN)
    key = ("shop", "system.buckets.temperatures")
    archive.crc[key] = 0
    archive.part(key, [{"_id": 1}])
    archive.end(key)
    return bytes(archive.out)


def old_binary(lie=0):
    """Data of the binary subtype 2, in which a second length precedes them."""
    data = [bson.encode({**piece, "data": Binary(piece["data"], 2)}) for piece in PIECES]
    inner = struct.pack("<i", len(OLD)) + OLD
    return plain(pieces=[d.replace(inner, struct.pack("<i", len(OLD) + lie) + OLD) for d in data])


def wrong_crc():
    archive = Archive(OWN)
    for key in OWN:
        archive.part(key, {**DOCUMENTS, FILES: RECORDS, CHUNKS: PIECES}[key])
        archive.end(key, 1 if key == CHUNKS else None)
    return bytes(archive.out)


def with_model(document):
    return plain(documents={**DOCUMENTS, MODELS: [document]})


def lying(document, offset, number):
    """A document whose length at an offset is another."""
    data = bytearray(bson.encode(document))
    data[offset:offset + 4] = struct.pack("<i", number)
    return bytes(data)


def deep(levels):
    value = {}
    for _ in range(levels):
        value = {"a": value}
    return value


# What a text is preceded by in {"model_name": "x"}: the length of the document, the type, the name.
TEXT = 4 + 1 + len("model_name") + 1

CASES = {
    "plain": plain,
    "gzip": lambda: gzip.compress(plain()),
    "interleaved": interleaved,
    "duplicate-key": lambda: plain(
        documents={**DOCUMENTS, MODELS: [*DOCUMENTS[MODELS], {"_id": oid(9), "model_name": "empty", "model_version": "1", "meta": None}]}),
    "orphans": lambda: plain(pieces=[*PIECES, chunk(299, 999, 0, b"orphan")]),
    "time-series": lambda: time_series("shop", "repository"),
    "buckets-of-nothing": buckets_of_nothing,
    "old-binary": old_binary,
    "old-binary-lie": lambda: old_binary(1),
    "wrong-crc": wrong_crc,
    "truncated": lambda: plain()[:-40],
    "cut-collection": lambda: plain()[:plain().rindex(bson.encode({"db": CHUNKS[0], "collection": CHUNKS[1], "EOF": False, "CRC": Int64(0)}))],
    "truncated-gzip": lambda: gzip.compress(plain())[:-100],
    "altered-gzip": lambda: (lambda b: b[:60] + bytes([b[60] ^ 0x10]) + b[61:])(gzip.compress(plain())),
    "not-an-archive": lambda: b"PK\x03\x04" + bytes(100),
    "document-length": lambda: with_model(lying({"model_name": "x", "model_version": "1"}, 0, 0x7FFFFFF0)),
    "document-length-negative": lambda: with_model(lying({"model_name": "x", "model_version": "1"}, 0, -2)),
    "text-length": lambda: with_model(lying({"model_name": "x", "model_version": "1"}, TEXT, 0x7FFFFFFF)),
    "text-length-negative": lambda: with_model(lying({"model_name": "x", "model_version": "1"}, TEXT, -1)),
    "nested-length": lambda: with_model(lying({"meta": {"library": "x"}}, 4 + 1 + 5, 0x00FFFFFF)),
    "deep": lambda: plain(documents={**DOCUMENTS, TRANSFORMATIONS: [{"_id": oid(5), "id": "t", "needs": {}, "default_values": deep(180)}]}),
    "deep-unknown": lambda: with_model({"model_name": "base", "model_version": "ü 1", "model_id": str(oid(101)), "unknown": deep(180)}),
    "no-utf8": lambda: with_model(bson.encode({"model_name": "xy", "model_version": "1"}).replace(b"xy", b"\xff\xfe")),
    "wrong-field": lambda: with_model({"model_name": {"a": 1}, "model_version": "1"}),
    "not-a-number": lambda: plain(
        documents={**DOCUMENTS, TRANSFORMATIONS: [{"_id": oid(5), "id": "t", "needs": {}, "default_values": {"a": float("nan")}}]}),
    "chunk-missing": lambda: plain(pieces=[*PIECES[:1], *PIECES[2:]]),
    "chunk-gap": lambda: plain(pieces=[PIECES[0], chunk(202, 101, 2, MODEL[CHUNK:]), *PIECES[2:]]),
    "chunk-twice": lambda: plain(pieces=[*PIECES, PIECES[1]]),
    "chunk-negative": lambda: plain(pieces=[*PIECES, chunk(205, 100, -1, b"x")]),
    "length-too-long": lambda: plain(records=[{**RECORDS[0], "length": Int64(1 << 60)}, *RECORDS[1:]]),
    "file-twice": lambda: plain(records=[*RECORDS, RECORDS[3]]),
    "file-without-name": lambda: plain(records=[{k: v for k, v in RECORDS[0].items() if k != "filename"}, *RECORDS[1:]]),
    "file-date": lambda: plain(records=[bson.encode({**RECORDS[0], "uploadDate": 0}), *RECORDS[1:]]),
}


def read(path):
    with open(path, "rb") as file:
        data = file.read()
    if data[:2] == b"\x1f\x8b":
        data = gzip.decompress(data)
    assert data[:4] == MAGIC, data[:4]
    at = 4

    def take():
        nonlocal at
        if data[at:at + 4] == TERMINATOR:
            at += 4
            return None
        size = struct.unpack_from("<i", data, at)[0]
        at += size
        return data[at - size:at]

    header = bson.decode(take())
    assert header["version"] == "0.1" and header["server_version"].count(".") == 2, header
    indexes, content, crc, ended = {}, {}, {}, set()
    while (raw := take()) is not None:
        about = bson.decode(raw)
        key = f"{about['db']}.{about['collection']}"
        assert about["type"] == "collection", about
        indexes[key] = [i["name"] for i in json.loads(about["metadata"])["indexes"]]
        content[key], crc[key] = [], 0
    while at < len(data):
        head = bson.decode(take())
        key = f"{head['db']}.{head['collection']}"
        assert key not in ended, key
        if head["EOF"]:
            assert signed(crc[key]) == head["CRC"], (key, crc[key], head["CRC"])
            ended.add(key)
            assert take() is None
            continue
        before = len(content[key])
        while (raw := take()) is not None:
            crc[key] = crc64_fast(raw, crc[key])
            content[key].append(bson.decode(raw))
        assert len(content[key]) > before, key
    assert ended == set(content), ended

    pieces = {}
    for piece in content.pop("repository_grid.fs.chunks"):
        assert isinstance(piece["_id"], ObjectId)
        pieces.setdefault(piece["files_id"], {})[piece["n"]] = bytes(piece["data"])
    files = []
    for record in content.pop("repository_grid.fs.files"):
        parts = pieces.pop(record["_id"], {})
        assert sorted(parts) == list(range(len(parts))), parts.keys()
        assert all(len(parts[n]) == record["chunkSize"] for n in range(len(parts) - 1))
        whole = b"".join(parts[n] for n in sorted(parts))
        assert len(whole) == record["length"], record
        files.append({**record, "_id": str(record["_id"]), "uploadDate": record["uploadDate"].isoformat(),
                      "content": base64.b64encode(whole).decode()})
    assert not pieces, pieces.keys()
    for documents in content.values():
        for document in documents:
            assert isinstance(document.pop("_id"), ObjectId)
    print(json.dumps({"indexes": indexes, "documents": content, "files": files}, ensure_ascii=True))


if __name__ == "__main__":
    if sys.argv[1] == "write":
        with open(sys.argv[3], "wb") as target:
            target.write(CASES[sys.argv[2]]())
    else:
        read(sys.argv[2])
