#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
# Installs what tests need beyond the .NET SDK. May be run again at any time; asks the package manager only for what is missing.
set -eu

missing=''
/usr/bin/python3 -c 'import grpc, google.protobuf' 2>/dev/null || missing="$missing python3-grpcio python3-protobuf"
/usr/bin/python3 -c 'import numpy' 2>/dev/null || missing="$missing python3-numpy"
/usr/bin/python3 -c 'import bson; bson.encode' 2>/dev/null || missing="$missing python3-bson"
test -f /usr/include/google/protobuf/timestamp.proto || missing="$missing libprotobuf-dev"
command -v protoc >/dev/null || missing="$missing protobuf-compiler"

if test -n "$missing"; then
  apt-get update
  # shellcheck disable=SC2086 # a list of names
  DEBIAN_FRONTEND=noninteractive apt-get install -y --no-install-recommends $missing
fi
echo 'test tools: there'
