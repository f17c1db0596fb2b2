#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
# Installs what tests need beyond the .NET SDK. May be run again at any time; asks the package manager only for what is missing.
set -eu

if /usr/bin/python3 -c 'import grpc; grpc.server' 2>/dev/null; then
  echo 'grpcio: there'
else
  apt-get update
  apt-get install -y --no-install-recommends python3-grpcio python3-protobuf
fi
