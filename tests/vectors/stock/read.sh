#!/bin/sh
# A third reader: a bundle opened and checked with stock tools and shell patterns alone (docs/bundle-format.md).
# Usage: read.sh BUNDLE IDENTITY NETWORK    (age, tar, zstd, openssl, sha256sum, cut, cat, cmp, mkdir, mktemp, rm)
# Prints one line for each thing that holds: statement, entry, head, blob. Ends with 1 at the first that does not.
# It tells what was written and signed; verdicts and the merge are another reader's.
LC_ALL=C
export LC_ALL
set -eu
tab=$(printf '\t')
bundle=$1 identity=$2 network=$3
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT

refuse() {
  printf 'refused: %s\n' "$1" >&2
  exit 1
}
hash() { sha256sum | cut -c1-64; }
bytes() {
  hex=$1
  while [ -n "$hex" ]; do
    byte=${hex%"${hex#??}"}
    hex=${hex#??}
    printf "\\$(printf '%03o' "0x$byte")"
  done
}
verify() { # KEY SIGNATURE, over $work/text
  case $1$2 in *[!0-9a-f]*) return 1 ;; esac
  [ "${#1}" -eq 64 ] && [ "${#2}" -eq 128 ] || return 1
  { printf '\060\052\060\005\006\003\053\145\160\003\041\000' && bytes "$1"; } > "$work/key"
  bytes "$2" > "$work/sig"
  openssl pkeyutl -verify -rawin -pubin -keyform DER -inkey "$work/key" -in "$work/text" -sigfile "$work/sig" \
    > /dev/null 2>&1
}
device_of() { printf 'liandong/1/device\n%s\n%s\n' "$1" "$2" | hash | cut -c1-32; }
text_in() { # JSON NAME
  case $1 in *"\"$2\":\""*) ;; *) return 0 ;; esac
  found=${1#*"\"$2\":\""}
  printf '%s' "${found%%\"*}"
}

# age and tar: nothing is used unless both came to their clean end
mkdir "$work/in"
age -d -i "$identity" "$bundle" > "$work/archive" 2> /dev/null || refuse "age"
tar -x -f "$work/archive" -C "$work/in" 2> /dev/null || refuse "tar"
rm "$work/archive"
cd "$work/in"

# manifest
manifest=$(cat manifest.json)
sender=${manifest#*'"sender":["'}
device=${sender%%\"*}
sender=${sender#*'","'}
key=${sender%%\"*}
age=${sender#*'","'}
age=${age%%\"*}
[ "$device" = "$(device_of "$key" "$age")" ] || refuse "sender"
printf 'liandong/1/manifest\n%s\n' "$manifest" > "$work/text"
verify "$key" "$(cat manifest.sig)" || refuse "manifest.sig"
case $manifest in *'"v":1}' | *'"v":1,"voucher":'*) ;; *) refuse "another version" ;; esac
[ "$(text_in "$manifest" network)" = "$network" ] || refuse "another network"
printf 'manifest %s\n' "$device"

# statements: id, kind, how many of the signatures are good
while IFS= read -r line; do
  body=${line%%"$tab"*}
  rest=${line#*"$tab"}
  printf 'liandong/1/statement\n%s\n' "$body" > "$work/text"
  good=0
  while :; do
    case $rest in *'["'*'","'*'"]'*) ;; *) break ;; esac
    pair=${rest#*'["'}
    key=${pair%%\"*}
    pair=${pair#*'","'}
    signature=${pair%%\"*}
    rest=${pair#*'"]'}
    if verify "$key" "$signature"; then good=$((good + 1)); fi
  done
  printf 'statement %s %s %s\n' "$(hash < "$work/text")" "$(text_in "$body" kind)" "$good"
done < statements.jsonl

# runs
number=0
while [ -f "entries/$number.jsonl.zst" ]; do
  zstd -dcq --memory=8MB "entries/$number.jsonl.zst" > "$work/run" 2> /dev/null || refuse "zstd"
  number=$((number + 1))
  first=1
  waiting=
  while IFS= read -r line; do
    if [ "$first" = 1 ]; then
      first=0
      from=${line#'{"from":'}
      from=${from%%,*}
      keys=${line#*'"keys":["'}
      key=${keys%%\"*}
      age=${keys#*'","'}
      age=${age%%\"*}
      id=$(text_in "$line" prev)
      description=${line#*'"run":'}
      description=${description%?}
      L=$(printf 'liandong/1/log\n%s\n' "$description" | hash)
      [ "$(text_in "$description" device)" = "$(device_of "$key" "$age")" ] || refuse "keys"
      [ "$(text_in "$description" group)" = "$(text_in "$manifest" group)" ] || refuse "group"
      n=$((from - 1))
      continue
    fi
    case $line in
      *"$tab"*"$tab"*)
        header=${line%%"$tab"*}
        rest=${line#*"$tab"}
        salt=${rest%%"$tab"*}
        c=${rest#*"$tab"}
        [ "$salt" = - ] || c=$(printf 'liandong/1/payload\n%s\n%s\n' "$salt" "$c" | hash)
        id=$(printf 'liandong/1/entry\n%s\n%s\n%s\n%s\n' "$L" "$id" "$header" "$c" | hash)
        n=$((n + 1))
        waiting="$waiting$id
"
        ;;
      *)
        signature=$(text_in "$line" sig)
        [ "$line" = "{\"L\":\"$L\",\"id\":\"$id\",\"n\":$n,\"sig\":\"$signature\"}" ] || refuse "head"
        printf 'liandong/1/head\n%s\n%s\n%s\n%s\n' "$network" "$L" "$n" "$id" > "$work/text"
        verify "$key" "$signature" || refuse "head signature"
        printf '%s' "$waiting" > "$work/ids"
        while IFS= read -r one; do printf 'entry %s\n' "$one"; done < "$work/ids"
        printf 'head %s %s\n' "$n" "$id"
        waiting=
        ;;
    esac
  done < "$work/run"
done

# attachments
for file in blobs/*; do
  [ -f "$file" ] || continue
  [ "$(hash < "$file")" = "${file#blobs/}" ] || refuse "$file"
  printf 'blob %s\n' "${file#blobs/}"
done
