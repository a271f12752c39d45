#!/bin/sh
# Makes static/console/vendor/ from the exact versions of its packages; needs npm. With an argument,
# writes into that folder instead, so that the committed files can be compared with it.
set -eu
here=$(CDPATH='' cd -- "$(dirname -- "$0")" && pwd)
target=${1:-$here/static/console/vendor}
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
npm install --prefix "$work" --silent --no-audit --no-fund --save-exact preact@11.2.0 htm@3.1.1 \
    @preact/signals@2.11.4 @preact/signals-core@1.14.5 esbuild@0.28.2
cat >"$work/entry.js" <<'JS'
export { Component, Fragment, createContext, h, render } from "preact";
export { useCallback, useContext, useEffect, useLayoutEffect, useMemo, useRef, useState } from "preact/hooks";
export { batch, computed, effect, signal, useComputed, useSignal } from "@preact/signals";
export { default as htm } from "htm";
JS
mkdir -p "$target"
(cd "$work" && node_modules/.bin/esbuild entry.js --bundle --format=esm --minify --target=es2022 \
    --legal-comments=none --outfile=preact.bundle.js --log-level=error)
{
    echo "/* preact 11.2.0, @preact/signals 2.11.4 (core 1.14.5): MIT. htm 3.1.1: Apache-2.0. LICENSES.txt has the texts. */"
    cat "$work/preact.bundle.js"
} >"$target/preact.js"
{
    for package in preact @preact/signals @preact/signals-core htm; do
        printf '%s\n\n' "== $package"
        cat "$work/node_modules/$package/LICENSE"
        echo
    done
} >"$target/LICENSES.txt"
